package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PipeTest {

    /** Calls back at once, in a tick, a microtask, an immediate or a timer. */
    private static void sometime(EventLoop loop, Random random, Runnable step) {
        switch (random.nextInt(5)) {
            case 0 -> step.run();
            case 1 -> loop.nextTick(step);
            case 2 -> loop.queueMicrotask(step);
            case 3 -> loop.setImmediate(step);
            default -> loop.setTimeout(step, 1);
        }
    }

    private static final class RandomSource extends AbstractReadable<Buffer> {

        private final Random random;
        private final List<Buffer> sent;
        private final int largest;
        private int left;

        RandomSource(EventLoop loop, Random random, int highWaterMark, int total, int largest, List<Buffer> sent) {
            super(loop, StreamOptions.bytes().highWaterMark(highWaterMark));
            this.random = random;
            this.left = total;
            this.largest = largest;
            this.sent = sent;
        }

        @Override
        protected void doRead(int n) {
            sometime(loop(), random, () -> {
                boolean more = true;
                while (more && left > 0) {
                    byte[] bytes = new byte[1 + random.nextInt(Math.min(left, largest))];
                    random.nextBytes(bytes);
                    left -= bytes.length;
                    sent.add(Buffer.from(bytes));
                    more = push(Buffer.wrap(bytes));
                    // One chunk over the mark, and the one that read() is about to hand out.
                    assertThat(readableLength()).isLessThanOrEqualTo(readableHighWaterMark() + 2 * largest);
                }
                if (left == 0) {
                    pushEnd();
                }
            });
        }
    }

    private static class RandomSink extends AbstractWritable<Buffer> {

        final List<Buffer> taken = new ArrayList<>();
        private final Random random;
        private final int largest;
        private boolean writing;

        RandomSink(EventLoop loop, Random random, int highWaterMark, int largest) {
            super(loop, StreamOptions.bytes().highWaterMark(highWaterMark));
            this.random = random;
            this.largest = largest;
        }

        @Override
        protected void doWrite(Buffer chunk, Callback callback) {
            assertThat(writing).as("one write at a time").isFalse();
            assertThat(writableLength()).isLessThanOrEqualTo(writableHighWaterMark() + largest);
            writing = true;
            taken.add(chunk);
            sometime(loop(), random, () -> {
                writing = false;
                callback.done();
            });
        }
    }

    private static final class BatchingSink extends RandomSink {

        BatchingSink(EventLoop loop, Random random, int highWaterMark, int largest) {
            super(loop, random, highWaterMark, largest);
        }

        @Override
        protected void doWritev(List<Buffer> chunks, Callback callback) {
            assertThat(chunks).hasSizeGreaterThan(1);
            doWrite(Buffer.concat(chunks), callback);
        }
    }

    @Test
    void everyByteArrivesOnceAndInOrderAndLittleWaits() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            EventLoop loop = EventLoop.create();
            List<Buffer> sent = new ArrayList<>();
            List<String> ends = new ArrayList<>();
            int highWaterMark = random.nextInt(64);
            int largest = 1 + random.nextInt(64);
            int sinks = 1 + random.nextInt(2);
            int total = random.nextInt(2000);
            List<RandomSink> all = new ArrayList<>();
            int exit = loop.run(() -> {
                RandomSource source = new RandomSource(loop, random, highWaterMark, total, largest, sent);
                // What read() joins is at most what waits.
                int chunk = Math.max(largest, highWaterMark + largest);
                for (int i = 0; i < sinks; i++) {
                    int mark = 1 + random.nextInt(64);
                    RandomSink sink = random.nextBoolean()
                            ? new RandomSink(loop, random, mark, chunk)
                            : new BatchingSink(loop, random, mark, chunk);
                    all.add(sink);
                    sink.onFinish(() -> ends.add("finish"));
                    source.pipe(sink);
                }
                source.onClose(() -> ends.add("close"));
            });
            assertThat(exit).as("seed %d", seed).isZero();
            assertThat(ends).as("seed %d", seed).hasSize(sinks + 1).contains("close");
            for (RandomSink sink : all) {
                assertThat(Buffer.concat(sink.taken)).as("seed %d", seed).isEqualTo(Buffer.concat(sent));
                assertThat(sink.writableLength()).isZero();
                assertThat(sink.isClosed()).isTrue();
            }
        }
    }

    @Test
    void aReaderTakesOneChunkAtATimeAndNothingIsReadBeyondTheMark() {
        EventLoop loop = EventLoop.create();
        List<Integer> produced = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        loop.run(() -> {
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                numbers.add(i);
            }
            Iterable<Integer> counting =
                    () -> numbers.stream().peek(produced::add).iterator();
            ChunkReader<Integer> reader = new ChunkReader<>(Readable.from(loop, counting));
            Runnable[] step = new Runnable[1];
            step[0] = () -> {
                for (; ; ) {
                    Integer chunk = reader.poll();
                    if (chunk != null) {
                        seen.add("chunk " + chunk);
                        assertThat(produced.size()).isLessThanOrEqualTo(chunk + 3);
                    } else if (reader.isDone()) {
                        seen.add("done " + reader.error());
                        return;
                    } else {
                        reader.await(step[0]);
                        return;
                    }
                }
            };
            step[0].run();
        });
        assertThat(seen).containsExactly("chunk 0", "chunk 1", "chunk 2", "chunk 3", "chunk 4", "done null");
    }

    @Test
    void aReaderSeesTheErrorAndAReaderThatGivesUpDestroysTheStream() {
        EventLoop loop = EventLoop.create();
        List<String> seen = new ArrayList<>();
        int exit = loop.run(() -> {
            Readable<Integer> broken = Readable.from(loop, List.of(1, 2));
            ChunkReader<Integer> reader = new ChunkReader<>(broken);
            reader.await(() -> {
                seen.add("first " + reader.poll());
                broken.destroy(new IllegalStateException("broken"));
                reader.await(() -> seen.add(reader.poll() + " " + reader.isDone() + " " + reader.error()));
            });
            Readable<Integer> unwanted = Readable.from(loop, List.of(1, 2));
            ChunkReader<Integer> other = new ChunkReader<>(unwanted);
            other.await(() -> {
                other.close();
                unwanted.onClose(() -> seen.add("closed"));
            });
        });
        assertThat(exit).isZero();
        assertThat(seen)
                .containsExactlyInAnyOrder("first 1", "closed", "null true java.lang.IllegalStateException: broken");
    }

    @Test
    void anotherThreadIsRefused() throws InterruptedException {
        EventLoop loop = EventLoop.create();
        Readable<Integer> stream = Readable.from(loop, List.of(1));
        List<Throwable> errors = new ArrayList<>();
        Thread other = new Thread(() -> {
            try {
                stream.resume();
            } catch (IllegalStateException e) {
                errors.add(e);
            }
        });
        other.start();
        other.join();
        assertThat(errors).singleElement().satisfies(e -> assertThat(e)
                .hasMessageContaining("resume must be called on the thread of"));
        loop.run(() -> {});
    }

    @Test
    void aWriteAfterTheEndIsNodesError() {
        EventLoop loop = EventLoop.create();
        List<String> seen = new ArrayList<>();
        loop.run(() -> {
            RandomSink sink = new RandomSink(loop, new Random(1), 16, 16);
            sink.onError(error -> seen.add("error " + ((StreamException) error).code() + " " + error.getMessage()));
            sink.end();
            seen.add("write " + sink.write(Buffer.utf8("late"), error -> seen.add("cb " + (error != null))));
        });
        assertThat(seen).containsExactly("write false", "cb true", "error ERR_STREAM_WRITE_AFTER_END write after end");
    }

    @Test
    void weighedChunksCountTheirWeight() {
        EventLoop loop = EventLoop.create();
        List<Object> seen = new ArrayList<>();
        loop.run(() -> {
            AbstractWritable<String> sink =
                    new AbstractWritable<>(loop, StreamOptions.<String>sized(String::length, 5)) {
                        @Override
                        protected void doWrite(String chunk, Callback callback) {
                            loop.setImmediate(callback::done);
                        }
                    };
            seen.add(sink.write("abc"));
            seen.add(sink.writableLength());
            seen.add(sink.write("de"));
            sink.onDrain(() -> seen.add("drain " + sink.writableLength()));
        });
        assertThat(seen).containsExactly(true, 3, false, "drain 0");
    }
}
