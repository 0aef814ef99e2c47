/**
 * HTTP servers and clients whose bodies are streams.
 * It uses {@code loop}, {@code promise}, {@code buffer} and {@code stream}.
 */
@NullMarked
package io.gyre.http;

import org.jspecify.annotations.NullMarked;
