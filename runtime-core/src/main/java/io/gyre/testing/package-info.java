/**
 * The test kit: virtual time and scripted polling for programs on a loop.
 * It uses {@code loop} and {@code work}.
 */
@NullMarked
package io.gyre.testing;

import org.jspecify.annotations.NullMarked;
