/**
 * The context of a loop's callbacks and the context of Reactor, carried both ways by Micrometer's context propagation.
 * It uses {@code loop} and that library, which must be on the class path; nothing else of the adapter needs it.
 */
@NullMarked
package io.gyre.reactor.context;

import org.jspecify.annotations.NullMarked;
