package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.FsException;
import io.gyre.fs.ReadStreamOptions;
import io.gyre.fs.WriteStreamOptions;
import io.gyre.work.WorkerPool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Files as Flux and Mono. */
class LoopFilesTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private RunningLoop running;
    private LoopFiles files;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
        files = LoopFiles.from(running.loop);
    }

    @AfterEach
    void end() {
        running.close();
    }

    private static String text(Buffer bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsWrittenReadAndLookedUp() {
        Path file = directory.resolve("hello.txt");
        StepVerifier.create(files.writeFile(file, Buffer.utf8("hello"))
                        .flatMapMany(written -> Flux.concat(
                                Mono.just(String.valueOf(written)),
                                files.readFile(file).map(LoopFilesTest::text),
                                files.stat(file).map(stats -> "size " + stats.size()),
                                files.read(
                                                file,
                                                ReadStreamOptions.defaults()
                                                        .start(1)
                                                        .end(3))
                                        .map(LoopFilesTest::text)))
                        .doOnNext(
                                signal -> assertThat(running.loop.inEventLoop()).isTrue()))
                .expectNext("5", "hello", "size 5", "ell")
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void nothingHappensBeforeASubscriptionAndEachDoesItAgain() throws Exception {
        Path file = directory.resolve("again.txt");
        Mono<Long> append = files.write(
                file,
                Flux.just(Buffer.utf8("ab"), Buffer.utf8("cd")),
                WriteStreamOptions.defaults().flags(StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        assertThat(file).doesNotExist();
        assertThat(append.block(LONG)).isEqualTo(4);
        assertThat(append.block(LONG)).isEqualTo(4);
        assertThat(Files.readString(file)).isEqualTo("abcdabcd");
    }

    @Test
    void errorsNameTheCallAndThePath() {
        Path missing = directory.resolve("missing");
        for (Flux<?> operation : java.util.List.<Flux<?>>of(
                files.readFile(missing).flux(),
                files.stat(missing).flux(),
                files.read(missing),
                files.using(missing, LoopFile::size))) {
            StepVerifier.create(operation)
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(FsException.class)
                            .hasMessageContaining("ENOENT")
                            .hasMessageContaining("missing"))
                    .verify(LONG);
        }
    }

    @Test
    void aFileIsLentAndClosedAtTheEndAfterAnErrorAndOnCancel() throws Exception {
        Path file = directory.resolve("lent.txt");
        CompletableFuture<LoopFile> lent = new CompletableFuture<>();
        StepVerifier.create(files.using(
                        file,
                        open -> {
                            lent.complete(open);
                            return open.write(Buffer.utf8("0123456789"), 0)
                                    .then(open.sync())
                                    .then(open.size())
                                    .map(String::valueOf)
                                    .concatWith(open.read(3, 4).map(LoopFilesTest::text));
                        },
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE))
                .expectNext("10", "456")
                .expectComplete()
                .verify(LONG);
        assertClosed(lent);

        CompletableFuture<LoopFile> broken = new CompletableFuture<>();
        StepVerifier.create(files.using(file, open -> {
                    broken.complete(open);
                    return Mono.error(new IllegalStateException("broken"));
                }))
                .expectErrorMessage("broken")
                .verify(LONG);
        assertClosed(broken);

        CompletableFuture<LoopFile> cancelled = new CompletableFuture<>();
        StepVerifier.create(files.using(file, open -> {
                    cancelled.complete(open);
                    return open.size().concatWith(Mono.never());
                }))
                .expectNext(10L)
                .thenCancel()
                .verify(LONG);
        assertClosed(cancelled);
    }

    /** Closing may still be under way: it is asked until it says that the file is closed. */
    private static void assertClosed(CompletableFuture<LoopFile> lent) {
        LoopFile file = RunningLoop.await(lent);
        assertThat(file.size()
                        .map(size -> "open")
                        .onErrorReturn("closed")
                        .repeat()
                        .takeUntil("closed"::equals)
                        .blockLast(LONG))
                .isEqualTo("closed");
    }

    @Test
    void aFileThatComesAfterTheCancellationIsClosed() throws Exception {
        Path file = Files.writeString(directory.resolve("late.txt"), "late");
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            Disposable subscription = files.using(file, LoopFile::size).subscribe();
            // At any moment of its life: before a worker opens the file, as the loop hears of it, when it is used.
            long until = System.nanoTime() + random.nextInt(300_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            subscription.dispose();
        }
        running.until(() -> running.call(() -> running.loop.activeResources().stream()
                .noneMatch(resource -> resource.toString().contains("late.txt"))));
    }

    @Test
    void aWriteThatAnotherThreadCancelsAsItsFileIsMadeClosesIt() {
        Path file = directory.resolve("barely.txt");
        running.run(() -> {
            Disposable subscription = files.write(file, Flux.never()).subscribe();
            // The loop hears of it by a post, after the stream was handed on.
            CompletableFuture.runAsync(subscription::dispose).join();
        });
        running.aTurn();
        running.until(() -> running.call(() -> running.loop.activeResources().stream()
                .noneMatch(resource -> resource.toString().contains("barely.txt"))));
    }

    @Test
    void aCancelledOperationThatNoWorkerHasBegunIsTakenBack() throws Exception {
        Path file = directory.resolve("never.txt");
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        try (WorkerPool pool = WorkerPool.create(1)) {
            LoopFiles slow = LoopFiles.from(FileSystem.of(running.loop, pool));
            CompletableFuture<Integer> first = LoopMono.blocking(
                            running.loop, pool, WorkerPool.Kind.CPU, "first", () -> {
                                begun.countDown();
                                LoopSchedulerTest.awaitUninterrupted(busy);
                                return 1;
                            })
                    .toFuture();
            // queued() counts the first as well, until the worker has begun it
            begun.await();
            for (Mono<?> operation : java.util.List.<Mono<?>>of(
                    slow.writeFile(file, Buffer.utf8("never")),
                    slow.readFile(file),
                    slow.stat(file),
                    slow.using(file, LoopFile::size, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                            .next())) {
                Disposable subscription = operation.subscribe();
                running.aTurn();
                assertThat(pool.queued()).isEqualTo(1);
                subscription.dispose();
                running.aTurn();
                assertThat(pool.queued()).isZero();
            }
            busy.countDown();
            RunningLoop.await(first);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void cancellingAReadClosesTheFileAndReadsNoFurther() throws Exception {
        Path file = directory.resolve("big.bin");
        Files.write(file, new byte[4 * 1024 * 1024]);
        StepVerifier.create(files.read(file), 2).expectNextCount(2).thenCancel().verify(LONG);
        running.aTurn();
        assertThat(files.read(file)
                        .reduce(0L, (sum, chunk) -> sum + chunk.length())
                        .block(LONG))
                .isEqualTo(4L * 1024 * 1024);
    }
}
