package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.WriteStream;
import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import io.gyre.stream.flow.FlowStreams;
import io.gyre.stream.flow.WritableSubscriber;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.IntStream;

/** Streams as the JDK's publishers and subscribers. */
public final class FlowOnTheLoop {

    private FlowOnTheLoop() {}

    public static void main(String[] args) {
        publisher();
        Path file = temporaryFile();
        try {
            subscriber(file);
        } finally {
            delete(file);
        }
    }

    private static void publisher() {
        EventLoop loop = EventLoop.create();
        // docs: begin publisher
        loop.run(() -> {
            Readable<String> words = Readable.from(loop, List.of("one", "two", "three"));
            FlowStreams.publisher(words).subscribe(new TwoWords());
            words.onClose(() -> say("the stream is freed"));
        });
        // docs: end publisher
    }

    // docs: begin two
    /** Asks for two words, one at a time, and goes. */
    private static final class TwoWords implements Flow.Subscriber<String> {

        private Flow.Subscription subscription = none();
        private int count;

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscription.request(1);
        }

        @Override
        public void onNext(String word) {
            say(word);
            if (++count < 2) {
                subscription.request(1);
            } else {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable error) {
            say(error);
        }

        @Override
        public void onComplete() {
            say("the end");
        }
    }
    // docs: end two

    private static Flow.Subscription none() {
        return new Flow.Subscription() {

            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        };
    }

    private static void subscriber(Path file) {
        EventLoop loop = EventLoop.create();
        // docs: begin subscriber
        loop.run(() -> {
            WriteStream sink = FileSystem.of(loop).createWriteStream(file);
            WritableSubscriber<Buffer> subscriber = FlowStreams.subscriber(sink);
            subscriber.completion().thenRun(() -> say("written: " + sink.bytesWritten() + " bytes"));

            SubmissionPublisher<Buffer> publisher = new SubmissionPublisher<>();
            publisher.subscribe(subscriber);
            new Thread(() -> {
                        IntStream.range(0, 1_000).forEach(i -> publisher.submit(Buffer.utf8("0123456789")));
                        publisher.close();
                    })
                    .start();
        });
        // docs: end subscriber
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("gyre-sample", ".txt");
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

    private static void say(Object what) {
        System.out.println(what);
    }
}
