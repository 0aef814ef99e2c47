/**
 * Readable, writable and transforming streams with backpressure.
 * It uses {@code loop}, {@code promise} and {@code buffer}.
 */
@NullMarked
package io.gyre.stream;

import org.jspecify.annotations.NullMarked;
