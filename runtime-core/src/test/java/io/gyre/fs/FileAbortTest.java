package io.gyre.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.work.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** File operations that are given up, on a pool whose only worker is busy. */
@Timeout(120)
class FileAbortTest {

    @TempDir
    Path folder;

    private final EventLoop loop = EventLoop.create();
    private final WorkerPool pool = WorkerPool.create(1);
    private final FileSystem files = FileSystem.of(loop, pool);
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CompletableFuture<Boolean> begun = new CompletableFuture<>();
    private final IllegalStateException reason = new IllegalStateException("enough");
    private final List<Object> seen = new ArrayList<>();
    private Path path;

    @BeforeEach
    void writeFile() throws IOException {
        path = Files.writeString(folder.resolve("text"), "text");
    }

    @AfterEach
    void endWorkers() {
        busy.countDown();
        pool.close();
    }

    private void keepBusy() {
        pool.submit(
                loop,
                WorkerPool.Kind.CPU,
                "busy",
                () -> {
                    begun.complete(true);
                    busy.await();
                    return true;
                },
                (error, result) -> {});
    }

    private void report(Promise<?> promise) {
        promise.await(value -> seen.add("done"), error -> {
            seen.add(error);
            busy.countDown();
        });
    }

    private void abortWhileQueued(Function<AbortSignal, Promise<?>> operation) {
        loop.run(() -> {
            keepBusy();
            AbortController controller = new AbortController(loop);
            report(operation.apply(controller.signal()));
            loop.setImmediate(() -> controller.abort(reason));
        });
        assertThat(seen).singleElement().isInstanceOfSatisfying(AbortException.class, error -> assertThat(error)
                .hasCause(reason));
    }

    @Test
    void aFileThatIsNotReadYetIsNotRead() {
        abortWhileQueued(signal -> files.readFile(path, signal));
    }

    @Test
    void aFileThatIsNotWrittenYetIsNotWritten() {
        Path target = folder.resolve("other");
        abortWhileQueued(signal -> files.writeFile(target, Buffer.utf8("other"), signal));
        assertThat(target).doesNotExist();
    }

    @Test
    void aFileThatIsNotLookedUpYetIsNot() {
        abortWhileQueued(signal -> files.stat(path, signal));
    }

    @Test
    void aFileThatIsNotOpenYetIsNotOpened() {
        abortWhileQueued(signal -> files.open(path, signal));
    }

    @Test
    void aStreamThatIsNotOpenYetIsDestroyedWithoutWaiting() {
        loop.run(() -> {
            keepBusy();
            AbortController controller = new AbortController(loop);
            ReadStream stream =
                    files.createReadStream(path, ReadStreamOptions.defaults().signal(controller.signal()));
            stream.onError(seen::add);
            stream.onClose(() -> {
                seen.add("close");
                busy.countDown();
            });
            loop.setImmediate(() -> controller.abort(reason));
        });
        assertThat(seen).hasSize(2).endsWith("close");
        assertThat(seen.get(0)).isInstanceOf(AbortException.class);
    }

    @Test
    void aSinkThatIsAbortedBeforeItsFileIsOpenMakesTheFileAndNoMore() {
        Path target = folder.resolve("other");
        loop.run(() -> {
            keepBusy();
            AbortController controller = new AbortController(loop);
            WriteStream stream = sink(target, WriteStreamOptions.defaults().signal(controller.signal()));
            stream.write(Buffer.utf8("other"));
            loop.setImmediate(() -> {
                controller.abort(reason);
                busy.countDown();
            });
        });
        assertThat(seen).hasSize(3).startsWith("open").endsWith("close");
        assertThat(seen.get(1)).isInstanceOf(AbortException.class);
        assertThat(target).isEmptyFile();
    }

    private WriteStream sink(Path target, WriteStreamOptions options) {
        WriteStream stream = files.createWriteStream(target, options);
        stream.onOpen(() -> seen.add("open"));
        stream.onError(seen::add);
        stream.onClose(() -> seen.add("close"));
        return stream;
    }

    @Test
    void aStreamThatIsDestroyedBeforeItsFileIsOpenDoesNotWaitForIt() {
        loop.run(() -> {
            keepBusy();
            ReadStream stream = files.createReadStream(path);
            stream.onOpen(() -> seen.add("open"));
            stream.onError(seen::add);
            stream.onClose(() -> {
                seen.add("close");
                busy.countDown();
            });
            loop.setImmediate(() -> stream.destroy(null));
        });
        assertThat(seen).containsExactly("close");
    }

    @Test
    void aSinkThatIsDestroyedInTheTurnInWhichItWasMadeMakesItsFileAllTheSame() throws IOException {
        Path target = Files.writeString(folder.resolve("other"), "what was there");
        loop.run(() -> {
            keepBusy();
            sink(target, WriteStreamOptions.defaults()).destroy(reason);
            loop.setImmediate(() -> loop.setImmediate(busy::countDown));
        });
        assertThat(seen).containsExactly("open", reason, "close");
        assertThat(target).isEmptyFile();
    }

    @Test
    void aSinkThatCannotBeOpenedSaysSoAlsoIfItWasDestroyed() {
        loop.run(() -> sink(folder.resolve("none").resolve("file"), WriteStreamOptions.defaults())
                .destroy());
        assertThat(seen).hasSize(2).endsWith("close");
        assertThat(seen.get(0)).isInstanceOfSatisfying(FsException.class, error -> assertThat(error.code())
                .isEqualTo("ENOENT"));
    }

    @Test
    void aSignalThatHasAbortedStartsNothing() {
        loop.run(() -> {
            keepBusy();
            keepBusy();
            int waiting = pool.queued();
            report(files.readFile(path, AbortSignal.abort(loop, reason)));
            assertThat(pool.queued()).isLessThanOrEqualTo(waiting);
        });
        assertThat(seen).singleElement().isInstanceOf(AbortException.class);
    }

    @Test
    void whatWasOpenedTooLateIsClosed() {
        loop.run(() -> {
            AbortController controller = new AbortController(loop);
            Promise<FileHandle> opening = files.open(path, controller.signal());
            report(opening);
            // The worker may or may not have begun; either way nothing may be left open.
            loop.setImmediate(() -> controller.abort(reason));
        });
        assertThat(seen).hasSize(1);
    }

    @Test
    void anOperationThatIsOverIsNotTouched() {
        loop.run(() -> {
            AbortController controller = new AbortController(loop);
            files.readFile(path, controller.signal()).thenAccept(content -> {
                seen.add(content.toString());
                controller.abort(reason);
            });
        });
        assertThat(seen).containsExactly("text");
    }

    @Test
    void aSignalOfAnotherLoopIsRefused() {
        EventLoop other = EventLoop.create();
        AbortSignal foreign = new AbortController(other).signal();
        loop.run(() -> assertThatThrownBy(() -> files.readFile(path, foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the signal belongs to"));
    }

    @Test
    void aReadThatNoWorkerHasBegunIsTakenBackByDestroy() {
        loop.run(() -> {
            ReadStream stream = files.createReadStream(path);
            stream.onError(seen::add);
            stream.onClose(() -> seen.add("close"));
            stream.onReady(() -> {
                keepBusy();
                begun.join();
                stream.resume();
                loop.setImmediate(() -> {
                    seen.add(pool.queued());
                    stream.destroy();
                    seen.add(pool.queued());
                    busy.countDown();
                });
            });
        });
        assertThat(seen).containsExactly(1, 0, "close");
    }
}
