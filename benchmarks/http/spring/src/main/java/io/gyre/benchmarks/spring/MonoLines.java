package io.gyre.benchmarks.spring;

import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The answers that are monos, of a controller in Java. */
@RestController
public class MonoLines {

    /** The body in JSON. */
    private static final Message MESSAGE = new Message("Hello, World!");

    private final byte[] body = Plaintext.body();
    private final DatabaseClient database;

    MonoLines(DatabaseClient database) {
        this.database = database;
    }

    /**
     * What is answered in JSON.
     *
     * @param message a text
     */
    public record Message(String message) {}

    /**
     * Plain text.
     *
     * @param response gets the date
     * @return the body
     */
    @GetMapping(path = "/plaintext/mono", produces = MediaType.TEXT_PLAIN_VALUE)
    public Mono<byte[]> plaintext(ServerHttpResponse response) {
        Plaintext.setDate(response);
        return Mono.just(body);
    }

    /**
     * JSON.
     *
     * @param response gets the date
     * @return the body
     */
    @GetMapping(path = "/json/mono", produces = MediaType.APPLICATION_JSON_VALUE)
    public Mono<Message> json(ServerHttpResponse response) {
        Plaintext.setDate(response);
        return Mono.just(MESSAGE);
    }

    /**
     * A row of the database.
     *
     * @param response gets the date
     * @return the row's text
     */
    @GetMapping(path = "/row/mono", produces = MediaType.TEXT_PLAIN_VALUE)
    public Mono<String> row(ServerHttpResponse response) {
        Plaintext.setDate(response);
        return database.sql(SuspendLines.QUERY).mapValue(String.class).one();
    }
}
