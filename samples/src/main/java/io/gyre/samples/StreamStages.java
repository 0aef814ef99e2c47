package io.gyre.samples;

import io.gyre.abort.AbortController;
import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.AsyncIterator;
import io.gyre.stream.Callback;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.OperatorOptions;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamException;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.Transform;
import io.gyre.stream.Writable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Streams between a source and a sink: transforms, pipelines, operators, signals, and a writer that does not listen. */
public final class StreamStages {

    private StreamStages() {}

    public static void main(String[] args) {
        through();
        peek();
        inPlace();
        failing();
        aborted();
        severalAtOnce();
        oneByOne();
        heedless();
    }

    // docs: begin transform
    /** Cuts bytes into lines; what comes after the last line break is a line too. */
    static Transform<Buffer, String> lines(EventLoop loop) {
        StringBuilder rest = new StringBuilder();
        return Transform.of(
                loop,
                DuplexOptions.of(StreamOptions.bytes(), StreamOptions.<String>objects()),
                (chunk, output) -> {
                    rest.append(chunk);
                    for (int at; (at = rest.indexOf("\n")) >= 0; rest.delete(0, at + 1)) {
                        output.push(rest.substring(0, at));
                    }
                    output.done();
                },
                output -> output.done(rest.toString()));
    }
    // docs: end transform

    // docs: begin sink
    /** Prints one chunk a turn. */
    static final class Printer<T> extends AbstractWritable<T> {

        Printer(EventLoop loop) {
            super(loop, StreamOptions.<T>objects().highWaterMark(1));
        }

        @Override
        protected void doWrite(T chunk, Callback callback) {
            say("printed " + chunk);
            loop().setImmediate(callback::done);
        }
    }
    // docs: end sink

    private static void through() {
        EventLoop loop = EventLoop.create();
        // docs: begin through
        loop.run(() -> {
            Readable<Buffer> bytes = Readable.from(loop, List.of(Buffer.utf8("one\ntw"), Buffer.utf8("o\nthree")));
            Pipeline.from(bytes).through(lines(loop)).into(new Printer<>(loop)).thenAccept(done -> say("all of it"));
        });
        // docs: end through
    }

    private static void peek() {
        EventLoop loop = EventLoop.create();
        // docs: begin peek
        loop.run(() -> {
            CRC32 sum = new CRC32();
            Readable<Buffer> bytes = Readable.from(loop, List.of(Buffer.utf8("12345"), Buffer.utf8("6789")));
            Pipeline.from(bytes)
                    .through(Transform.peek(loop, DuplexOptions.bytes(), sum::update))
                    .into(new Printer<>(loop))
                    .thenAccept(done -> say("checksum " + Long.toHexString(sum.getValue())));
        });
        // docs: end peek
    }

    private static void inPlace() {
        EventLoop loop = EventLoop.create();
        // docs: begin in-place
        loop.run(() -> {
            Readable<Buffer> bytes = Readable.from(loop, List.of(Buffer.utf8("some"), Buffer.utf8("body")));
            Transform<Buffer, Buffer> loud = Transform.inPlace(loop, DuplexOptions.bytes(), lent -> {
                ByteBuffer run = lent.bytes();
                for (int i = 0; i < run.limit(); i++) {
                    run.put(i, (byte) Character.toUpperCase(run.get(i)));
                }
            });
            Pipeline.from(bytes).through(loud).into(new Printer<>(loop));
        });
        // docs: end in-place
    }

    private static void failing() {
        EventLoop loop = EventLoop.create();
        // docs: begin failing
        loop.run(() -> {
            Readable<Integer> numbers = Readable.from(loop, List.of(1, 2, 0, 4));
            Transform<Integer, Integer> inverse =
                    Transform.of(loop, DuplexOptions.<Integer, Integer>objects(), (number, output) -> {
                        if (number == 0) {
                            output.call(new ArithmeticException("no inverse of 0"));
                        } else {
                            output.done(100 / number);
                        }
                    });
            Writable<Integer> printer = new Printer<>(loop);
            Pipeline.run(numbers, inverse, printer)
                    .await(
                            done -> say("through"),
                            error -> say(error.getMessage() + "; destroyed: " + numbers.isDestroyed() + ", "
                                    + printer.isDestroyed()));
        });
        // docs: end failing
    }

    private static void aborted() {
        EventLoop loop = EventLoop.create();
        // docs: begin aborted
        loop.run(() -> {
            AbortController controller = new AbortController();
            Readable<Integer> endless =
                    Readable.from(loop, () -> Stream.iterate(1, i -> i + 1).iterator());
            Pipeline.from(endless)
                    .signal(controller.signal())
                    .into(new Printer<>(loop))
                    .await(done -> say("through"), error -> say(error.getMessage() + ": " + error.getCause()));
            loop.setImmediate(() -> loop.setImmediate(() -> controller.abort(new IllegalStateException("enough"))));
        });
        // docs: end aborted
    }

    private static Promise<Integer> sleep(EventLoop loop, int millis) {
        return Promise.create(resolvers -> loop.setTimeout(() -> resolvers.resolve(millis), millis));
    }

    private static void severalAtOnce() {
        EventLoop loop = EventLoop.create();
        // docs: begin several
        loop.run(() -> Readable.from(loop, List.of(60, 20, 40, 10))
                .mapAsync(
                        (millis, signal) -> sleep(loop, millis),
                        OperatorOptions.defaults().concurrency(2))
                .filter(millis -> millis > 10)
                .forEach(millis -> say("slept for " + millis))
                .thenAccept(done -> say("awake")));
        // docs: end several
    }

    // docs: begin one-by-one
    /** Asks for an element, uses it, and asks for the next one; leaves at "stop", and tells whether it got to the end. */
    static Promise<Boolean> use(AsyncIterator<String> words) {
        return words.next().thenCompose(word -> {
            if (word.done()) {
                return Promise.resolve(true);
            }
            say("word " + word.value());
            return "stop".equals(word.value()) ? words.close().then(closed -> false) : use(words);
        });
    }
    // docs: end one-by-one

    private static void oneByOne() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            Readable<String> words = Readable.from(loop, List.of("go", "on", "stop", "never"));
            use(words.iterator()).thenAccept(done -> say("destroyed: " + words.isDestroyed()));
        });
    }

    private static void heedless() {
        EventLoop loop = EventLoop.create();
        // docs: begin limit
        loop.run(() -> {
            Writable<String> slow =
                    new AbstractWritable<>(
                            loop,
                            StreamOptions.<String>objects().highWaterMark(2).maxBufferedLength(4)) {
                        @Override
                        protected void doWrite(String chunk, Callback callback) {
                            loop.setTimeout(callback::done, 1000).unref();
                        }
                    };
            slow.onError(error -> say(((StreamException) error).code() + ": " + error.getMessage()));
            for (int i = 1; i <= 5; i++) {
                say("write " + i + ": " + slow.write("chunk"));
            }
        });
        // docs: end limit
    }

    private static void say(String what) {
        System.out.println(what);
    }
}
