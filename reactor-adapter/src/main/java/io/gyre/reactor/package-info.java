/**
 * Reactor on a loop: schedulers, Flux and Mono over streams, promises and operations.
 * It uses all of the core, and Reactor.
 */
@NullMarked
package io.gyre.reactor;

import org.jspecify.annotations.NullMarked;
