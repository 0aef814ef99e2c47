/** Reactor on the event loop. */
module io.gyre.reactor {
    // javac refuses to export a package without a class: the line opens with the first one.
    // exports io.gyre.reactor;

    requires transitive io.gyre.runtime;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static reactor.netty.core;
    requires static reactor.netty.http;
}
