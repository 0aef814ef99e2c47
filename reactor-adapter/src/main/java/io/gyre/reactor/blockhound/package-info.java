/**
 * BlockHound on the threads of loops.
 * It uses {@code loop} and BlockHound, which must be on the class path; nothing else of the adapter needs it.
 */
@NullMarked
package io.gyre.reactor.blockhound;

import org.jspecify.annotations.NullMarked;
