/** Reactor on the event loop. */
module io.gyre.reactor {
    exports io.gyre.reactor;
    exports io.gyre.reactor.netty;

    requires transitive io.gyre.runtime;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive reactor.netty.core;
    requires static reactor.netty.http;
}
