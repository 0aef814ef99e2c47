/**
 * Promises after ECMAScript, whose reactions are microtasks of a loop.
 * It uses {@code io.gyre.loop} only.
 */
@NullMarked
package io.gyre.promise;

import org.jspecify.annotations.NullMarked;
