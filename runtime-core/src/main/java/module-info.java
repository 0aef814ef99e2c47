/** The event loop and what programs use on it. */
module io.gyre.runtime {
    // javac refuses to export a package without a class: each line opens with the first class of its package.
    exports io.gyre.loop;
    exports io.gyre.promise;
    exports io.gyre.abort;
    exports io.gyre.buffer;
    exports io.gyre.stream;
    exports io.gyre.stream.flow;
    exports io.gyre.stream.web;
    exports io.gyre.work;
    exports io.gyre.fs;
    exports io.gyre.http;
    exports io.gyre.testing;

    requires transitive org.jspecify;
    requires transitive io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires transitive io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.classes.kqueue;
    requires io.netty.transport.unix.common;
    requires org.jctools.core;
    requires org.slf4j;
}
