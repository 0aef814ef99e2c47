package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a stream until it is through, one way or the other: ended, finished, broken or closed early. Confined to the
 * loop's thread.
 */
final class Finished implements Registration {

    /** The sides that the stream has. */
    private final @Nullable ReadableState<?> read;

    private final @Nullable WritableState<?> write;
    private final StreamLifecycle life;
    private final Callback callback;
    private final FinishedOptions options;
    private final boolean awaitsRead;
    private final boolean awaitsWrite;
    private final List<Registration> registrations = new ArrayList<>();

    /** Whether the close event will come, and nothing is told before it. */
    private boolean willEmitClose;

    private boolean readDone;
    private boolean writeDone;
    private @Nullable Registration onAbort;
    private boolean told;

    private Finished(
            StreamLifecycle life,
            @Nullable ReadableState<?> read,
            @Nullable WritableState<?> write,
            FinishedOptions options,
            Callback callback) {
        this.life = life;
        this.read = read;
        this.write = write;
        this.options = options;
        this.callback = callback;
        this.awaitsRead = options.awaitsReadable(read != null);
        this.awaitsWrite = options.awaitsWritable(write != null);
    }

    static Finished watch(Stream stream, Callback callback) {
        return watch(stream, FinishedOptions.defaults(), callback);
    }

    static Finished watch(Stream stream, FinishedOptions options, Callback callback) {
        ReadableState<?> read = stream instanceof Readable<?> readable ? ReadableState.of(readable) : null;
        WritableState<?> write = stream instanceof Writable<?> writable ? WritableState.of(writable) : null;
        StreamLifecycle life = StreamLifecycle.of(stream);
        life.checkThread("finished");
        return new Finished(
                        life,
                        read != null && read.isEnabled() ? read : null,
                        write != null && write.isEnabled() ? write : null,
                        options,
                        callback)
                .start();
    }

    private Finished start() {
        willEmitClose = life.willEmitClose() && awaitsRead == (read != null) && awaitsWrite == (write != null);
        readDone = isReadDone();
        writeDone = isWriteDone();
        if (awaitsWrite && write == null && read != null && !life.hasTwoSides()) {
            // A side that the stream never had is over when the other one is.
            registrations.add(read.endListeners.add(this::finished));
            registrations.add(life.closeListeners.add(this::finished));
        }
        if (read != null) {
            registrations.add(read.endListeners.add(this::ended));
        }
        if (write != null) {
            registrations.add(write.finishListeners.add(this::finished));
        }
        if (options.error) {
            registrations.add(life.errorListeners.add(this::tell));
        }
        registrations.add(life.closeListeners.add(this::closed));
        if (life.isClosed()) {
            life.loop.nextTick(this::closed);
            return this;
        }
        if (life.isErrorEmitted() ? !willEmitClose : isOver()) {
            life.loop.nextTick(() -> tell(life.errored()));
        }
        follow(options.signal);
        return this;
    }

    /** Whether no event is to come, where the close event does not count. */
    private boolean isOver() {
        if (!awaitsRead
                && (!willEmitClose || isReadable())
                && (writeDone || (write != null && !write.isWritable()) || hasDisabledWrite())
                && (write == null || !write.owesCallbacks())) {
            return true;
        }
        return !awaitsWrite
                && (!willEmitClose || isWritable())
                && (readDone || (read != null && !read.isReadable()) || hasDisabledRead());
    }

    /** A stream with two sides, one of which was never there, is over on that side. */
    private boolean hasDisabledWrite() {
        return write == null && life.hasTwoSides();
    }

    private boolean hasDisabledRead() {
        return read == null && life.hasTwoSides();
    }

    private boolean isReadable() {
        return read != null && read.isReadable();
    }

    private boolean isWritable() {
        return write != null && write.isWritable();
    }

    private boolean isReadDone() {
        return read != null && life.errored() == null && read.isFinished(false);
    }

    private boolean isWriteDone() {
        return write != null && write.isDone();
    }

    private void ended() {
        readDone = true;
        distrustClose();
        if (!(willEmitClose && (!isWritable() || awaitsWrite)) && (!awaitsWrite || writeDone)) {
            tell(null);
        }
    }

    private void finished() {
        writeDone = true;
        distrustClose();
        if (!(willEmitClose && (!isReadable() || awaitsRead)) && (!awaitsRead || readDone)) {
            tell(null);
        }
    }

    /** Who was destroyed before its end does not follow the usual way, and may never close. */
    private void distrustClose() {
        if (life.isDestroyed()) {
            willEmitClose = false;
        }
    }

    private void closed() {
        Throwable error = life.errored();
        if (error == null
                && ((awaitsRead && read != null && !readDone && !isReadDone())
                        || (awaitsWrite && !writeDone && !isWriteDone()))) {
            error = StreamException.prematureClose();
        }
        tell(error);
    }

    private void tell(@Nullable Throwable error) {
        if (told) {
            return;
        }
        told = true;
        if (onAbort != null) {
            onAbort.remove();
        }
        if (options.cleanup) {
            registrations.forEach(Registration::remove);
        }
        callback.call(error);
    }

    private void follow(@Nullable AbortSignal signal) {
        if (signal == null) {
            return;
        }
        if (signal.isAborted()) {
            life.loop.nextTick(() -> aborted(signal.reason()));
        } else {
            onAbort = signal.onAbort(this::aborted);
        }
    }

    private void aborted(@Nullable Throwable reason) {
        if (!told) {
            remove();
            callback.call(new AbortException(reason));
        }
    }

    /** Ceases to watch; the callback is not called any more. */
    @Override
    public void remove() {
        life.checkThread("Registration.remove");
        told = true;
        if (onAbort != null) {
            onAbort.remove();
        }
        registrations.forEach(Registration::remove);
    }
}
