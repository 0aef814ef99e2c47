/**
 * Streams as publishers and subscribers of {@code java.util.concurrent.Flow}, and the other way round.
 * It uses {@code io.gyre.stream} and what that may use.
 */
@NullMarked
package io.gyre.stream.flow;

import org.jspecify.annotations.NullMarked;
