/**
 * Reactor on a loop: schedulers, Flux and Mono over streams and promises, LoopResources.
 * It uses {@code loop}, {@code promise}, {@code stream} and {@code buffer}, and Reactor.
 */
@NullMarked
package io.gyre.reactor;

import org.jspecify.annotations.NullMarked;
