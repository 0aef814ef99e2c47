/**
 * The test kit: virtual time, and a network in it, for programs on a loop.
 * It uses {@code loop}, {@code promise}, {@code buffer} and {@code stream}.
 */
@NullMarked
package io.gyre.testing;

import org.jspecify.annotations.NullMarked;
