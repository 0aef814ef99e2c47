/**
 * Files: operations, handles, streams and watchers.
 * It uses {@code loop}, {@code promise}, {@code buffer}, {@code stream} and {@code work}.
 */
@NullMarked
package io.gyre.fs;

import org.jspecify.annotations.NullMarked;
