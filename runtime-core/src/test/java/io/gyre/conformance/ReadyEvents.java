package io.gyre.conformance;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Poll;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * I/O events that are ready at once: a byte is written to a pipe whose other end the loop watches, so that the very next
 * poll phase delivers the callback. Pipes are used again.
 */
final class ReadyEvents {

    private final EventLoop loop;
    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private final List<Pipe> pipes = new ArrayList<>();

    ReadyEvents(EventLoop loop) {
        this.loop = loop;
    }

    void fire(Runnable callback, boolean unref) {
        Slot slot = free.poll();
        if (slot == null) {
            slot = new Slot();
        }
        slot.fire(callback, unref);
    }

    /** After the loop has ended. */
    void close() {
        pipes.forEach(Pipe::close);
    }

    private final class Slot {

        private final Pipe pipe;
        private final Poll watch;
        private Runnable callback = () -> {};

        Slot() {
            pipe = Pipe.open(loop);
            pipes.add(pipe);
            watch = pipe.watch(loop);
            watch.start(EnumSet.of(Poll.Event.READABLE), events -> ready());
            watch.unref();
        }

        void fire(Runnable toCall, boolean unref) {
            callback = toCall;
            if (!unref) {
                watch.ref();
            }
            pipe.write();
        }

        private void ready() {
            pipe.read();
            watch.unref();
            free.add(this);
            callback.run();
        }
    }

    /** A pipe of the kind that the loop's transport can watch. */
    private abstract static class Pipe {

        private static final int ONE_BYTE = 1;

        static Pipe open(EventLoop loop) {
            try {
                return loop.netty().isCompatible(NioIoHandle.class) ? new OfJdk() : new OfSystem();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        abstract Poll watch(EventLoop loop);

        abstract void transfer(boolean in, ByteBuffer buffer) throws IOException;

        abstract void shut() throws IOException;

        final void write() {
            transfer(false);
        }

        final void read() {
            transfer(true);
        }

        private void transfer(boolean in) {
            try {
                transfer(in, ByteBuffer.allocateDirect(ONE_BYTE));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        final void close() {
            try {
                shut();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class OfJdk extends Pipe {

        private final java.nio.channels.Pipe pipe = java.nio.channels.Pipe.open();

        OfJdk() throws IOException {
            pipe.source().configureBlocking(false);
        }

        @Override
        Poll watch(EventLoop loop) {
            return loop.poll(pipe.source());
        }

        @Override
        void transfer(boolean in, ByteBuffer buffer) throws IOException {
            int moved = in ? pipe.source().read(buffer) : pipe.sink().write(buffer);
            if (moved != 1) {
                throw new IOException("moved " + moved + " bytes");
            }
        }

        @Override
        void shut() throws IOException {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    private static final class OfSystem extends Pipe {

        private final FileDescriptor[] pipe = FileDescriptor.pipe();

        OfSystem() throws IOException {}

        @Override
        Poll watch(EventLoop loop) {
            return loop.poll(pipe[0].intValue());
        }

        @Override
        void transfer(boolean in, ByteBuffer buffer) throws IOException {
            int moved = in ? pipe[0].read(buffer, 0, 1) : pipe[1].write(buffer, 0, 1);
            if (moved != 1) {
                throw new IOException("moved " + moved + " bytes");
            }
        }

        @Override
        void shut() throws IOException {
            pipe[0].close();
            pipe[1].close();
        }
    }
}
