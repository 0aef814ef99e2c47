/** Reactor on the event loop. What is static here is optional. */
module io.gyre.reactor {
    exports io.gyre.reactor;
    exports io.gyre.reactor.blockhound;
    exports io.gyre.reactor.context;
    exports io.gyre.reactor.netty;

    requires transitive io.gyre.runtime;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static transitive context.propagation;
    requires static transitive reactor.blockhound;
    requires static transitive reactor.netty.core;
    requires static reactor.netty.http;
}
