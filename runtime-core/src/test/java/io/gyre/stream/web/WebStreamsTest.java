package io.gyre.stream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.abort.AbortException;
import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.Duplex;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.Writable;
import io.gyre.testing.VirtualTime;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Web streams over streams and back. */
class WebStreamsTest {

    /** In virtual time: a timer fires when nothing else is left to do. */
    private final EventLoop loop = new VirtualTime().builder().build();

    private final List<Object> seen = new ArrayList<>();

    /** Makes one number at each read, in a later turn. */
    private final class Numbers extends AbstractReadable<Integer> {

        private final int last;
        private final @Nullable Throwable failure;
        int made;
        boolean freed;

        Numbers(int last, @Nullable Throwable failure) {
            super(loop, StreamOptions.<Integer>objects().highWaterMark(2));
            this.last = last;
            this.failure = failure;
        }

        @Override
        protected void doRead(int n) {
            loop.setImmediate(() -> {
                if (isDestroyed()) {
                    return;
                }
                if (made < last) {
                    push(++made);
                } else if (failure != null) {
                    destroy(failure);
                } else {
                    pushEnd();
                }
            });
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            freed = true;
            callback.call(error);
        }
    }

    @Test
    void a_duplex_becomes_a_pair_and_a_pair_a_duplex() {
        loop.run(() -> {
            PassThrough<Integer> numbers = new PassThrough<>(loop, DuplexOptions.objects());
            ReadableWritablePair<Integer, Integer> pair = WebStreams.toWeb(numbers);
            Duplex<Integer, Integer> again = WebStreams.fromWeb(pair, StreamOptions.objects(), StreamOptions.objects());
            again.onData(seen::add);
            again.onEnd(() -> seen.add("end"));
            again.onFinish(() -> seen.add("finish"));
            again.write(1);
            again.end(2);
            numbers.onClose(() -> seen.add("freed"));
        });
        assertThat(seen).hasSize(5).containsSubsequence(1, 2, "end").contains("finish", "freed");
    }

    @Test
    void cancelling_one_side_of_a_pair_destroys_the_duplex() {
        loop.run(() -> {
            PassThrough<Integer> numbers = new PassThrough<>(loop, DuplexOptions.objects());
            numbers.onError(seen::add);
            numbers.onClose(() -> seen.add("freed"));
            ReadableWritablePair<Integer, Integer> pair = WebStreams.toWeb(numbers);
            IOException reason = new IOException("enough");
            pair.readable().cancel(reason);
            pair.writable().getWriter().closed().await(done -> seen.add("closed"), seen::add);
            assertThat(numbers.isDestroyed()).isTrue();
            assertThat(numbers.errored()).isSameAs(reason);
        });
        assertThat(seen).hasSize(3).contains("freed").doesNotContain("closed");
    }

    @Test
    void a_duplex_that_cannot_be_read_any_more_gives_a_closed_side() {
        loop.run(() -> {
            PassThrough<Integer> numbers = new PassThrough<>(loop, DuplexOptions.objects());
            numbers.destroy();
            ReadableWritablePair<Integer, Integer> pair = WebStreams.toWeb(numbers);
            pair.readable().getReader().read().thenAccept(result -> seen.add(result.done()));
        });
        assertThat(seen).containsExactly(true);
    }

    /** Takes a chunk in the next turn, or when the test says so. */
    private final class Sink extends AbstractWritable<Integer> {

        final Deque<Callback> held = new ArrayDeque<>();
        final boolean holds;

        Sink(int highWaterMark, boolean holds) {
            super(loop, StreamOptions.<Integer>objects().highWaterMark(highWaterMark));
            this.holds = holds;
        }

        @Override
        protected void doWrite(Integer chunk, Callback callback) {
            seen.add(chunk);
            if (holds) {
                held.add(callback);
            } else {
                loop.setImmediate(callback::done);
            }
        }
    }

    private void readAll(ReadableStreamDefaultReader<?> reader) {
        reader.read()
                .await(
                        result -> {
                            seen.add(result.done() ? "done" : result.value());
                            if (!result.done()) {
                                readAll(reader);
                            }
                        },
                        error -> seen.add(error));
    }

    private static List<Integer> numbers(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void aStreamIsReadToItsEnd() {
        loop.run(() ->
                readAll(WebStreams.toWeb(Readable.from(loop, numbers(100))).getReader()));
        List<Object> expected = new ArrayList<>(numbers(100));
        expected.add("done");
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void aStreamIsPausedWhenTheWebStreamHasEnough() {
        int[] made = new int[2];
        loop.run(() -> {
            Numbers source = new Numbers(100, null);
            ReadableStream<Integer> web = WebStreams.toWeb(source, new CountQueuingStrategy(3));
            loop.setTimeout(
                    () -> {
                        made[0] = source.made;
                        ReadableStreamDefaultReader<Integer> reader = web.getReader();
                        reader.read();
                        loop.setTimeout(
                                () -> {
                                    made[1] = source.made;
                                    reader.cancel(null);
                                },
                                20);
                    },
                    20);
        });
        // What the web stream queues, what the stream reads ahead, and one chunk more.
        assertThat(made[0]).isBetween(3, 3 + 2 + 1);
        assertThat(made[1]).isEqualTo(made[0] + 1);
    }

    @Test
    void anErrorOfTheStreamBreaksTheWebStream() {
        IOException failure = new IOException("gone");
        loop.run(() -> readAll(WebStreams.toWeb(new Numbers(2, failure)).getReader()));
        assertThat(seen).last().isSameAs(failure);
    }

    @Test
    void aStreamThatClosesEarlyIsAnAbort() {
        loop.run(() -> {
            Numbers source = new Numbers(100, null);
            readAll(WebStreams.toWeb(source).getReader());
            loop.setImmediate(source::destroy);
        });
        assertThat(seen).last().isInstanceOf(AbortException.class);
    }

    @Test
    void cancellingDestroysTheStream() {
        boolean[] freed = new boolean[1];
        loop.run(() -> {
            Numbers source = new Numbers(100, null);
            WebStreams.toWeb(source).cancel(null).await(done -> {}, seen::add);
            source.onClose(() -> freed[0] = source.freed);
        });
        assertThat(freed[0]).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void aStreamIsWrittenAtItsPace() {
        loop.run(() -> {
            Sink sink = new Sink(1, true);
            WritableStreamDefaultWriter<Integer> writer =
                    WebStreams.<Integer>toWeb(sink).getWriter();
            writer.write(1).await(done -> seen.add("written 1"), seen::add);
            writer.write(2).await(done -> seen.add("written 2"), seen::add);
            writer.close().await(done -> seen.add("closed"), seen::add);
            loop.setImmediate(() -> loop.setImmediate(() -> {
                seen.add("taken");
                sink.held.remove().done();
                loop.setImmediate(() -> loop.setImmediate(() -> {
                    seen.add("taken");
                    sink.held.remove().done();
                }));
            }));
        });
        assertThat(seen).containsExactly(1, "taken", 2, "written 1", "taken", "written 2", "closed");
    }

    @Test
    void aSinkThatBreaksBreaksTheWebStream() {
        IOException failure = new IOException("full");
        loop.run(() -> {
            Sink sink = new Sink(1, true);
            WritableStreamDefaultWriter<Integer> writer =
                    WebStreams.<Integer>toWeb(sink).getWriter();
            writer.closed().await(done -> {}, error -> seen.add(error));
            writer.write(1).await(done -> {}, error -> seen.add(error));
            loop.setImmediate(() -> sink.destroy(failure));
        });
        assertThat(seen).containsExactly(1, failure, failure);
    }

    @Test
    void abortingDestroysTheStream() {
        IOException reason = new IOException("no more");
        loop.run(() -> {
            Sink sink = new Sink(1, false);
            sink.onError(seen::add);
            sink.onClose(() -> seen.add("close"));
            WebStreams.<Integer>toWeb(sink).abort(reason).await(done -> {}, seen::add);
        });
        assertThat(seen).containsExactly(reason, "close");
    }

    @Test
    void webStreamsAsStreamsInAPipeline() {
        loop.run(() -> {
            TransformStream<Integer, String> doubling = new TransformStream<>(loop, (chunk, controller) -> {
                controller.enqueue(chunk + "!");
                controller.enqueue(chunk + "?");
                return null;
            });
            ReadableStream<String> out =
                    WebStreams.toWeb(Readable.from(loop, numbers(50))).pipeThrough(doubling);
            WritableStream<String> end = new WritableStream<>(loop, new UnderlyingSink<>() {
                @Override
                public @Nullable Thenable<?> write(String chunk, WritableStreamDefaultController<String> controller) {
                    seen.add(chunk);
                    return null;
                }
            });
            Readable<String> source = WebStreams.fromWeb(out, StreamOptions.objects());
            Writable<String> sink = WebStreams.fromWeb(end, StreamOptions.objects());
            Pipeline.run(source, sink).await(done -> seen.add("piped"), seen::add);
            return;
        });
        List<Object> expected = new ArrayList<>();
        numbers(50).forEach(n -> expected.addAll(List.of(n + "!", n + "?")));
        expected.add("piped");
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void aWebStreamThatBreaksBreaksTheStream() {
        IOException failure = new IOException("gone");
        loop.run(() -> {
            ReadableStream<Integer> web = new ReadableStream<>(loop, new UnderlyingSource<>() {
                @Override
                public Thenable<?> pull(ReadableStreamDefaultController<Integer> controller) {
                    return Promise.reject(loop, failure);
                }
            });
            Readable<Integer> stream = WebStreams.fromWeb(web, StreamOptions.objects());
            stream.onError(seen::add);
            stream.onClose(() -> seen.add("close"));
            stream.resume();
        });
        assertThat(seen).containsExactly(failure, "close");
    }

    @Test
    void destroyingAStreamCancelsItsWebStream() {
        IOException reason = new IOException("enough");
        loop.run(() -> {
            ReadableStream<Integer> web = new ReadableStream<>(loop, new UnderlyingSource<>() {
                @Override
                public @Nullable Thenable<?> cancel(@Nullable Throwable told) {
                    seen.add(String.valueOf(told));
                    return null;
                }
            });
            Readable<Integer> stream = WebStreams.fromWeb(web, StreamOptions.objects());
            stream.onError(seen::add);
            stream.destroy(reason);
        });
        assertThat(seen).containsExactly(String.valueOf(reason), reason);
    }

    @Test
    void bytesAreCountedAsBytes() {
        Double[] room = new Double[2];
        loop.run(() -> {
            ReadableStream<Buffer> web = new ReadableStream<>(
                    loop,
                    new UnderlyingSource<>() {
                        @Override
                        public @Nullable Thenable<?> start(ReadableStreamDefaultController<Buffer> controller) {
                            room[0] = controller.desiredSize();
                            controller.enqueue(Buffer.utf8("four"));
                            room[1] = controller.desiredSize();
                            return null;
                        }
                    },
                    new ByteLengthQueuingStrategy(10));
            assertThat(web.isLocked()).isFalse();
        });
        assertThat(room).containsExactly(10.0, 6.0);
    }

    @Test
    void callsFromOtherThreadsThrow() {
        loop.run(() -> {
            ReadableStream<Integer> web = new ReadableStream<>(loop, new UnderlyingSource<>() {});
            CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> web.getReader());
            assertThatThrownBy(elsewhere::join)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("ReadableStream.getReader");
            seen.add("checked");
        });
        assertThat(seen).containsExactly("checked");
    }

    @Test
    void whatIsGivenUpWithAReasonIsNoUncaughtError() {
        loop.onUncaughtException((error, origin) -> seen.add(error));
        loop.run(() -> {
            WebStreams.toWeb(new Numbers(100, null)).cancel(new IOException("enough"));
            WebStreams.<Integer>toWeb(new Sink(1, false)).abort(new IOException("enough"));
        });
        assertThat(seen).isEmpty();
    }

    @Test
    void anIterableIsAskedWhenSomebodyReads() {
        loop.run(() -> {
            ReadableStream<Integer> web = ReadableStream.from(loop, numbers(3));
            readAll(web.getReader());
        });
        assertThat(seen).containsExactly(1, 2, 3, "done");
    }

    @Test
    void anIteratorThatCanBeClosedIsClosedByCancelling() {
        final class Closing implements Iterator<Integer>, AutoCloseable {

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                seen.add("next");
                return 1;
            }

            @Override
            public void close() {
                seen.add("close");
            }
        }
        loop.run(() -> {
            ReadableStreamDefaultReader<Integer> reader =
                    ReadableStream.<Integer>from(loop, Closing::new).getReader();
            loop.setImmediate(() ->
                    reader.read().thenAccept(result -> seen.add(result.value())).then(done -> reader.cancel(null)));
        });
        assertThat(seen).containsExactly("next", 1, "close");
    }

    @Test
    void streamsThatAreOverGiveClosedWebStreams() {
        loop.run(() -> {
            Numbers source = new Numbers(1, null);
            source.destroy();
            readAll(WebStreams.toWeb(source).getReader());
            Sink sink = new Sink(1, false);
            sink.end();
            WebStreams.<Integer>toWeb(sink).getWriter().closed().await(done -> seen.add("closed"), seen::add);
        });
        assertThat(seen).containsExactlyInAnyOrder("done", "closed");
    }

    @Test
    void aWebStreamThatBreaksFromWithinBreaksItsWriter() {
        loop.run(() -> {
            WritableStreamDefaultController<?>[] given = new WritableStreamDefaultController<?>[1];
            WritableStream<Integer> web = new WritableStream<>(loop, new UnderlyingSink<>() {
                @Override
                public @Nullable Thenable<?> start(WritableStreamDefaultController<Integer> controller) {
                    given[0] = controller;
                    return null;
                }
            });
            Writable<Integer> stream = WebStreams.fromWeb(web, StreamOptions.objects());
            stream.onError(seen::add);
            stream.onClose(() -> seen.add("close"));
            IOException failure = new IOException("broken from within");
            loop.setImmediate(() -> given[0].error(failure));
        });
        assertThat(seen).hasSize(2).last().isEqualTo("close");
        assertThat(seen.get(0)).isInstanceOf(IOException.class);
    }
}
