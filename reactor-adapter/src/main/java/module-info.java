/**
 * Reactor on the event loop. What is static here is optional; services of optional modules cannot be provided, for a
 * program without them would not start.
 */
module io.gyre.reactor {
    exports io.gyre.reactor;
    exports io.gyre.reactor.blockhound;
    exports io.gyre.reactor.context;
    exports io.gyre.reactor.netty;

    opens io.gyre.reactor.spring;

    requires transitive io.gyre.runtime;
    requires transitive org.reactivestreams;
    requires transitive reactor.core;
    requires static context.propagation;
    requires static reactor.blockhound;
    requires static reactor.netty.core;
    requires static reactor.netty.http;
    requires io.netty.common;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires io.netty.transport.classes.kqueue;
    requires org.slf4j;
    requires static com.fasterxml.jackson.annotation;
    requires static io.gyre.coroutines;
    requires static kotlin.reflect;
    requires static kotlin.stdlib;
    requires static kotlinx.coroutines.core;
    requires static kotlinx.coroutines.reactive;
    requires static kotlinx.coroutines.reactor;
    requires static lettuce.core;
    requires static micrometer.core;
    requires static r2dbc.spi;
    requires static spring.aop;
    requires static spring.beans;
    requires static spring.boot;
    requires static spring.boot.actuator;
    requires static spring.boot.actuator.autoconfigure;
    requires static spring.boot.autoconfigure;
    requires static spring.boot.data.redis;
    requires static spring.boot.health;
    requires static spring.boot.r2dbc;
    requires static spring.boot.reactor.netty;
    requires static spring.boot.web.server;
    requires static spring.context;
    requires static spring.core;
    requires static spring.data.redis;
    requires static spring.web;
    requires static spring.webflux;
}
