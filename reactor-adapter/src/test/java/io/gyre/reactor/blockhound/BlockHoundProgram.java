package io.gyre.reactor.blockhound;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopBuilder;
import io.gyre.loop.Transport;
import io.gyre.reactor.LoopFlux;
import io.gyre.reactor.LoopMono;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.netty.GyreLoopResources;
import io.gyre.testing.VirtualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Runs in a JVM of its own, with BlockHound, and says what was reported. */
final class BlockHoundProgram {

    private BlockHoundProgram() {}

    public static void main(String[] args) throws Exception {
        BlockHound.install();
        switch (args[0]) {
            case "sleep" -> sleepOnAStartedLoop();
            case "main" -> sleepOnMain();
            case "work" -> work(Transport.valueOf(args[1]));
            case "virtual" -> virtualTime();
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.out.println("done");
    }

    private static void report(String where, Throwable error) {
        System.out.println(where + ": " + error.getClass().getSimpleName() + ": " + error.getMessage());
        Arrays.stream(error.getStackTrace()).limit(20).forEach(frame -> System.out.println("  at " + frame));
        Throwable cause = error.getCause();
        if (cause != null) {
            report("  cause", cause);
        }
    }

    private static void sleepOnAStartedLoop() throws Exception {
        EventLoop loop = EventLoop.builder().name("the-loop").daemon(true).build();
        loop.onUncaughtException(
                (error, origin) -> report(Thread.currentThread().getName(), error));
        loop.start();
        loop.execute(BlockHoundProgram::sleep);
        LoopSchedulers.from(loop).schedule(BlockHoundProgram::sleep);
        LoopSchedulers.from(loop).schedule(BlockHoundProgram::waitForAFuture);
        loop.shutdown(Duration.ofMinutes(1)).get(2, TimeUnit.MINUTES);
    }

    private static void sleepOnMain() {
        sleep();
        System.out.println("main may sleep before");
        EventLoop loop = EventLoop.create();
        loop.onUncaughtException((error, origin) -> report("in the loop", error));
        loop.run(BlockHoundProgram::sleep);
        sleep();
        System.out.println("main may sleep after");
    }

    private static void sleep() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waitForAFuture() {
        new CompletableFuture<Void>().orTimeout(1, TimeUnit.SECONDS).join();
    }

    /** What loops do all day: none of it is reported. */
    private static void work(Transport transport) throws Exception {
        EventLoopBuilder options = EventLoop.builder().transport(transport);
        EventLoop loop = options.build();
        loop.onUncaughtException((error, origin) -> report("work", error));
        Path file = Files.createTempFile("blockhound", ".bin");
        try {
            loop.run(() -> {
                Scheduler scheduler = LoopSchedulers.from(loop);
                FileSystem files = FileSystem.of(loop);
                LoopResources resources = GyreLoopResources.from(loop);
                loop.setTimeout(() -> {}, 20);
                Mono<Long> written = LoopMono.defer(loop, () -> files.writeFile(file, Buffer.wrap(new byte[1 << 20])));
                Mono<Long> read = LoopFlux.defer(loop, () -> files.createReadStream(file))
                        .map(Buffer::length)
                        .reduce(0L, (sum, length) -> sum + length);
                Mono<String> answer = HttpServer.create()
                        .runOn(resources)
                        .host("localhost")
                        .port(0)
                        .handle((request, response) -> response.sendString(Mono.just("hello")))
                        .bind()
                        .flatMap(server -> HttpClient.newConnection()
                                .runOn(resources)
                                .host("localhost")
                                .port(server.port())
                                .get()
                                .responseContent()
                                .aggregate()
                                .asString()
                                .doFinally(signal -> server.dispose()));
                written.then(read)
                        .zipWith(answer)
                        .delayElement(Duration.ofMillis(5), scheduler)
                        .zipWith(Flux.interval(Duration.ofMillis(1), scheduler)
                                .take(5)
                                .count())
                        .timeout(Duration.ofMinutes(2), scheduler)
                        .doFinally(signal -> loop.stop())
                        .subscribe(
                                result -> System.out.println("result " + result), error -> report("pipeline", error));
            });
        } finally {
            Files.delete(file);
        }
    }

    private static void virtualTime() throws Exception {
        Path file = Files.createTempFile("blockhound", ".bin");
        EventLoop loop = new VirtualTime().builder().build();
        loop.onUncaughtException((error, origin) -> report("virtual", error));
        loop.run(() -> {
            loop.setTimeout(() -> System.out.println("an hour later"), 3_600_000);
            FileSystem.of(loop).readFile(file).then(content -> {
                System.out.println("read " + content.length() + " bytes");
                return null;
            });
        });
        Files.delete(file);
    }
}
