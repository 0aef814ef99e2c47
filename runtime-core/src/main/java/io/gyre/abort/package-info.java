/**
 * Giving up operations that are under way: a controller that aborts, and the signal that operations watch.
 * It uses {@code io.gyre.loop} only.
 */
@NullMarked
package io.gyre.abort;

import org.jspecify.annotations.NullMarked;
