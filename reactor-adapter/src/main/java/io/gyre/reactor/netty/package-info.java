/**
 * Loops as the resources of Reactor Netty: its servers, clients, pools and resolvers on a loop's thread.
 * It uses {@code loop} and Reactor Netty, which must be on the class path; nothing else of the adapter needs it.
 */
@NullMarked
package io.gyre.reactor.netty;

import org.jspecify.annotations.NullMarked;
