package io.gyre.benchmarks.spring;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;

/** What the contestants on Spring share: the answer, its date, and how they are started. */
final class Plaintext {

    private static volatile String date = now();

    private Plaintext() {}

    static byte[] body() {
        return "Hello, World!".getBytes(StandardCharsets.US_ASCII);
    }

    static String date() {
        return date;
    }

    static void setDate(ServerHttpResponse response) {
        response.getHeaders().set(HttpHeaders.DATE, date);
    }

    /** Starts Boot as it comes, but with one event loop, like the other contestants. */
    static void serve(Class<?> application, String[] args) {
        System.setProperty("reactor.netty.ioWorkerCount", "1");
        Flux.interval(Duration.ofSeconds(1)).subscribe(tick -> date = now());
        SpringApplication spring = new SpringApplication(application);
        // The contestants that have no Gyre in their name are on the defaults.
        spring.setDefaultProperties(
                Map.of("server.port", args.length == 0 ? "8080" : args[0], "gyre.enabled", "false", "gyre.loops", "1"));
        spring.run();
    }

    private static String now() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }
}
