package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PollTest {

    private final List<String> log = new ArrayList<>();

    static List<Transport> transports() {
        return LifecycleTest.availableTransports();
    }

    /** A pipe of the kind that a transport can watch. */
    private interface TestPipe extends AutoCloseable {

        Poll watchSource(EventLoop loop);

        void write() throws IOException;

        void read() throws IOException;

        @Override
        void close() throws IOException;
    }

    private static TestPipe open(Transport transport) throws IOException {
        return transport == Transport.NIO ? new JdkPipe() : new NativePipe();
    }

    private static final class JdkPipe implements TestPipe {
        private final Pipe pipe = Pipe.open();

        JdkPipe() throws IOException {
            pipe.source().configureBlocking(false);
        }

        @Override
        public Poll watchSource(EventLoop loop) {
            return loop.poll(pipe.source());
        }

        @Override
        public void write() throws IOException {
            pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
        }

        @Override
        public void read() throws IOException {
            pipe.source().read(ByteBuffer.allocate(1));
        }

        @Override
        public void close() throws IOException {
            pipe.sink().close();
            pipe.source().close();
        }
    }

    private static final class NativePipe implements TestPipe {
        private final FileDescriptor[] ends = FileDescriptor.pipe();
        private final ByteBuffer one = ByteBuffer.allocateDirect(1);

        NativePipe() throws IOException {}

        @Override
        public Poll watchSource(EventLoop loop) {
            return loop.poll(ends[0].intValue());
        }

        @Override
        public void write() throws IOException {
            one.clear();
            ends[1].write(one, 0, 1);
        }

        @Override
        public void read() throws IOException {
            one.clear();
            ends[0].read(one, 0, 1);
        }

        @Override
        public void close() throws IOException {
            ends[0].close();
            ends[1].close();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void what_is_ready_is_delivered_by_the_very_next_poll_and_again_while_it_stays_ready(Transport transport)
            throws Exception {
        try (TestPipe pipe = open(transport)) {
            EventLoop loop = EventLoop.builder().transport(transport).build();
            loop.run(() -> {
                Poll poll = pipe.watchSource(loop);
                int[] times = new int[1];
                write(pipe);
                poll.start(EnumSet.of(Poll.Event.READABLE), events -> {
                    log.add("ready " + events + " in " + loop.phase());
                    loop.nextTick(() -> log.add("tick"));
                    if (++times[0] == 2) {
                        read(pipe);
                        poll.stop();
                        loop.setImmediate(() -> poll.close(() -> log.add("closed")));
                    }
                });
                loop.setImmediate(() -> log.add("immediate"));
            });
        }
        assertThat(log)
                .containsExactly(
                        "ready [READABLE] in POLL", "tick", "immediate", "ready [READABLE] in POLL", "tick", "closed");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_watch_keeps_the_loop_alive_unless_unref(Transport transport) throws Exception {
        try (TestPipe pipe = open(transport)) {
            EventLoop loop = EventLoop.builder().transport(transport).build();
            loop.run(() -> {
                Poll poll = pipe.watchSource(loop);
                poll.start(EnumSet.of(Poll.Event.READABLE), events -> {
                    log.add("ready");
                    read(pipe);
                    poll.unref();
                });
                loop.setTimeout(() -> write(pipe), 5);
            });
        }
        assertThat(log).containsExactly("ready");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void bad_calls_say_what_was_wrong(Transport transport) throws Exception {
        try (TestPipe pipe = open(transport)) {
            EventLoop loop = EventLoop.builder().transport(transport).build();
            loop.run(() -> {
                Poll poll = pipe.watchSource(loop);
                assertThatThrownBy(() -> poll.start(EnumSet.noneOf(Poll.Event.class), e -> {}))
                        .hasMessageContaining("no events");
                poll.close();
                assertThatThrownBy(() -> poll.start(EnumSet.of(Poll.Event.READABLE), e -> {}))
                        .hasMessageContaining("closed");
            });
        }
    }

    private static void write(TestPipe pipe) {
        try {
            pipe.write();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void read(TestPipe pipe) {
        try {
            pipe.read();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
