package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a stream until it is through, one way or the other: ended, finished, broken or closed early. Confined to the
 * loop's thread.
 */
final class Finished implements Registration {

    private final @Nullable ReadableState<?> read;
    private final @Nullable WritableState<?> write;
    private final StreamLifecycle life;
    private final Callback callback;
    private final List<Registration> registrations = new ArrayList<>();

    /** Whether the close event will come, and nothing is told before it. */
    private boolean willEmitClose;

    private boolean told;

    private Finished(
            StreamLifecycle life,
            @Nullable ReadableState<?> read,
            @Nullable WritableState<?> write,
            Callback callback) {
        this.life = life;
        this.read = read;
        this.write = write;
        this.callback = callback;
        life.checkThread("finished");
    }

    static Finished watch(Stream stream, Callback callback) {
        if (stream instanceof Readable<?> readable) {
            ReadableState<?> state = ReadableState.of(readable);
            return new Finished(state.life, state, null, callback).start();
        }
        WritableState<?> state = WritableState.of((Writable<?>) stream);
        return new Finished(state.life, null, state, callback).start();
    }

    private Finished start() {
        willEmitClose = life.autoDestroys() && life.emitsClose() && !life.isClosed();
        if (read != null) {
            registrations.add(read.endListeners.add(this::sideDone));
        }
        if (write != null) {
            registrations.add(write.finishListeners.add(this::sideDone));
        }
        registrations.add(life.errorListeners.add(this::tell));
        registrations.add(life.closeListeners.add(this::closed));
        if (life.isClosed()) {
            life.loop.nextTick(this::closed);
        } else if (!willEmitClose && (life.isErrorEmitted() || isOver())) {
            life.loop.nextTick(() -> tell(life.errored()));
        }
        return this;
    }

    /** Whether no event is to come, where the close event does not. */
    private boolean isOver() {
        if (write != null) {
            return !write.owesCallbacks() && (write.isDone() || !write.isWritable());
        }
        return isReadDone() || !(read != null && read.isReadable());
    }

    private boolean isReadDone() {
        return read == null || (life.errored() == null && read.isFinished(false));
    }

    private void sideDone() {
        if (life.isDestroyed()) {
            willEmitClose = false;
        }
        if (!willEmitClose) {
            tell(null);
        }
    }

    private void closed() {
        Throwable error = life.errored();
        if (error == null && (!isReadDone() || (write != null && !write.isDone()))) {
            error = StreamException.prematureClose();
        }
        tell(error);
    }

    private void tell(@Nullable Throwable error) {
        if (!told) {
            told = true;
            callback.call(error);
        }
    }

    /** Ceases to watch; the callback is not called any more. */
    @Override
    public void remove() {
        told = true;
        registrations.forEach(Registration::remove);
    }
}
