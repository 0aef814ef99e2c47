package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.WriteStream;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopFlux;
import io.gyre.reactor.LoopMono;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.LoopSubscribers;
import io.gyre.stream.Readable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Reactor's operators on a loop's thread, with the loop's timers and its streams. */
public final class ReactorOnTheLoop {

    private ReactorOnTheLoop() {}

    public static void main(String[] args) {
        scheduler();
        demand();
        copy();
    }

    private static void scheduler() {
        EventLoop loop = EventLoop.create();
        // docs: begin scheduler
        loop.run(() -> {
            Scheduler scheduler = LoopSchedulers.from(loop);
            Flux.just("one", "two", "three")
                    .delayElements(Duration.ofMillis(10), scheduler)
                    .subscribe(word -> say(word + (loop.inEventLoop() ? ", on the loop" : ", elsewhere")));
        });
        // docs: end scheduler
    }

    private static void demand() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            Readable<String> words = Readable.from(loop, List.of("one", "two", "three"));
            LoopFlux.from(words).subscribe(new SlowReader(loop));
        });
    }

    // docs: begin demand
    /** Takes its time over each chunk, and only then asks for the next one. */
    private static final class SlowReader extends BaseSubscriber<String> {

        private final EventLoop loop;

        SlowReader(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(String word) {
            say("reads " + word);
            loop.setTimeout(
                    () -> {
                        say("has read " + word);
                        request(1);
                    },
                    10);
        }

        @Override
        protected void hookOnComplete() {
            say("the end");
        }
    }
    // docs: end demand

    private static void copy() {
        Path original = temporaryFile();
        Path copy = temporaryFile();
        try {
            copy(original, copy);
        } finally {
            delete(original);
            delete(copy);
        }
    }

    private static void copy(Path original, Path copy) {
        EventLoop loop = EventLoop.create();
        FileSystem files = FileSystem.of(loop);
        // docs: begin copy
        loop.run(() -> {
            WriteStream sink = files.createWriteStream(copy);
            sink.onFinish(() -> say("copied " + sink.bytesWritten() + " bytes"));

            LoopMono.defer(loop, () -> files.writeFile(original, Buffer.wrap(new byte[1024 * 1024])))
                    .thenMany(Flux.defer(() -> LoopFlux.from(files.createReadStream(original))))
                    .subscribe(LoopSubscribers.into(sink));
        });
        // docs: end copy
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("gyre-sample", ".bin");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
