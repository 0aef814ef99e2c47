/**
 * Bytes: sliced, searched, encoded, read as numbers, without reference counts for the user.
 * It uses {@code io.gyre.loop} only.
 */
@NullMarked
package io.gyre.buffer;

import org.jspecify.annotations.NullMarked;
