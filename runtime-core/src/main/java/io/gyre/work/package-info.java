/**
 * The worker pool: blocking work off the loop, completion on it.
 * It uses {@code io.gyre.loop} only.
 */
@NullMarked
package io.gyre.work;

import org.jspecify.annotations.NullMarked;
