package io.gyre.benchmarks.spring;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Spring WebFlux on Reactor Netty: a controller that returns a {@code Mono}. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
public class WebFluxServer {

    private final byte[] body = Plaintext.body();

    /** Made by Spring. */
    public WebFluxServer() {}

    /**
     * Answers.
     *
     * @param response gets the date
     * @return the body
     */
    @GetMapping(path = "/plaintext", produces = MediaType.TEXT_PLAIN_VALUE)
    public Mono<byte[]> plaintext(ServerHttpResponse response) {
        Plaintext.setDate(response);
        return Mono.just(body);
    }

    /**
     * Serves until it is killed.
     *
     * @param args the port
     */
    public static void main(String[] args) {
        Plaintext.serve(WebFluxServer.class, args);
    }
}
