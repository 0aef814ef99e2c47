/**
 * The event loop: phases, queues, timers, handles and transports. Uses Netty's I/O handlers and nothing else of Gyre.
 */
@NullMarked
package io.gyre.loop;

import org.jspecify.annotations.NullMarked;
