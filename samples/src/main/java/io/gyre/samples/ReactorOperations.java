package io.gyre.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gyre.buffer.Buffer;
import io.gyre.http.HttpServer;
import io.gyre.loop.Async;
import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopFiles;
import io.gyre.reactor.LoopFlux;
import io.gyre.reactor.LoopHandler;
import io.gyre.reactor.LoopMono;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.context.AsyncLocalStorageAccessor;
import io.gyre.reactor.netty.GyreLoopResources;
import io.micrometer.context.ContextRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** The operations of the core as Flux and Mono, and the context that goes with them. */
public final class ReactorOperations {

    private static final AsyncLocalStorage<String> USER = new AsyncLocalStorage<>("user");

    private ReactorOperations() {}

    public static void main(String[] args) {
        files();
        blocking();
        answers();
        context();
    }

    private static void say(String what) {
        System.out.println(what);
    }

    private static Path scratch() {
        try {
            Path file = Files.createTempFile("operations", ".txt");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void files() {
        EventLoop loop = EventLoop.create();
        Path path = scratch();
        // docs: begin files
        loop.run(() -> {
            LoopFiles files = LoopFiles.from(loop);
            files.write(path, Flux.just("one ", "two ", "three").map(Buffer::utf8))
                    .doOnNext(written -> say("wrote " + written + " bytes"))
                    .thenMany(files.read(path))
                    .map(chunk -> chunk.toString(UTF_8))
                    .doOnNext(text -> say("read " + text))
                    .thenMany(files.using(path, file -> file.read(3, 4)))
                    .subscribe(middle -> say("in the middle " + middle.toString(UTF_8)));
        });
        // docs: end files
    }

    private static void blocking() {
        EventLoop loop = EventLoop.create();
        // docs: begin blocking
        loop.run(() -> LoopMono.blocking(loop, () -> "computed " + where(loop))
                .subscribe(text -> say(text + ", told " + where(loop))));
        // docs: end blocking
    }

    private static String where(EventLoop loop) {
        return loop.inEventLoop() ? "on the loop" : "on a worker";
    }

    private static void answers() {
        EventLoop loop = EventLoop.create();
        // docs: begin answers
        loop.run(() -> {
            HttpServer server = HttpServer.create(
                    loop,
                    LoopHandler.of((request, response) -> LoopMono.write(
                            LoopFlux.from(request)
                                    .map(chunk -> chunk.toString(UTF_8).toUpperCase(Locale.ROOT))
                                    .map(Buffer::utf8),
                            response)));
            server.listen("localhost", 0, () -> shout(loop, server));
        });
        // docs: end answers
    }

    private static void shout(EventLoop loop, HttpServer server) {
        HttpClient.newConnection()
                .runOn(GyreLoopResources.from(loop))
                .remoteAddress(server::address)
                .post()
                .send((request, out) -> out.sendString(Mono.just("hello")))
                .responseContent()
                .aggregate()
                .asString()
                .doFinally(signal -> server.close())
                .subscribe(answer -> say("answered " + answer));
    }

    private static void context() {
        EventLoop loop = EventLoop.create();
        // docs: begin context
        ContextRegistry.getInstance().registerThreadLocalAccessor(new AsyncLocalStorageAccessor<>("user", USER));
        loop.run(() -> {
            Async elsewhere = loop.asyncHandle(() -> {}); // the loop waits for what other threads do
            USER.run("ann", () -> Mono.just("hello")
                    .publishOn(Schedulers.parallel())
                    .transformDeferredContextual((mono, view) -> mono.map(text -> text + " " + view.get("user")))
                    .publishOn(LoopSchedulers.from(loop))
                    .<String>handle((text, sink) -> sink.next(text + ", in the storage " + USER.getStore()))
                    .doFinally(signal -> elsewhere.close())
                    .contextCapture()
                    .subscribe(ReactorOperations::say));
        });
        // docs: end context
    }
}
