/**
 * The event loop: phases, queues, handles, requests, timers and transports.
 * It uses no other package of Gyre.
 */
@NullMarked
package io.gyre.loop;

import org.jspecify.annotations.NullMarked;
