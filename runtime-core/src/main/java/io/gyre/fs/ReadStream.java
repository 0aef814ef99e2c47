package io.gyre.fs;

import io.gyre.buffer.Buffer;
import io.gyre.loop.Registration;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Callback;
import io.gyre.stream.FileRange;
import io.gyre.stream.LentBytes;
import io.gyre.work.WorkRequest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file as a stream of bytes (Node's {@code fs.ReadStream}).
 *
 * <p>Thread and order are as in {@link io.gyre.stream.Readable}. The file is opened in the next tick and read chunk by
 * chunk, one read at a time, when the consumer has room. A file that has become shorter ends where it ends. Where the
 * only consumer is a pipe to a sink that takes ranges of files, such as the response of a server, all but the first chunk
 * goes by reference, and is not copied. Through stages that need no chunks of their own, such as
 * {@link io.gyre.stream.Transform#peek} and {@link io.gyre.stream.Transform#inPlace}, the bytes go in memory that is used
 * again.
 *
 * <p>Errors are {@link FsException}s. The file is closed before the close event, at the end, after an error and by
 * destroy, which waits for an open or a read that a worker has begun, and for the sink to have sent what it took by reference.
 */
public final class ReadStream extends AbstractReadable<Buffer> {

    private final Path path;
    private final ReadStreamOptions options;
    private final FileSlot slot;
    private final LookAhead ahead;
    private final ReadMemory memory;
    private long position;
    private long bytesRead;
    private boolean started;

    /** Of the read that is under way. */
    private @Nullable WorkRequest<?> reading;

    /** Whether the stream was destroyed before a worker had begun the read. */
    private boolean takenBack;

    /** Whether the file is one that can be sent by reference, or be lent, and has more. The first chunk tells. */
    private boolean offersRanges;

    ReadStream(FileSystem files, Path path, ReadStreamOptions options) {
        super(files.loop(), FileSlot.streamOptions(options.highWaterMark, options.autoClose, options.signal));
        this.path = Objects.requireNonNull(path, "path");
        this.options = options;
        this.position = options.start;
        this.slot = new FileSlot(files, path);
        this.memory = ReadMemory.of(files.loop());
        this.ahead = new LookAhead(slot, options.end == Long.MAX_VALUE ? Long.MAX_VALUE : options.end + 1);
        construct(callback -> slot.open(Set.of(StandardOpenOption.READ), callback), slot::giveUpOpening);
    }

    @Override
    protected void doRead(int n) {
        started = true;
        if (offersRanges && left() > 0 && takesRange()) {
            // In a turn of its own, so that a fast client does not hold the loop.
            loop().setImmediate(() -> passOn(n));
        } else {
            readNext(n);
        }
    }

    /** Reads into memory that is used again, if nobody can keep it; else into an array of its own. */
    private void readNext(int n) {
        int length = (int) Math.min(left(), n);
        ByteBuffer target =
                offersRanges && length > 0 && length <= ReadMemory.PIECE && takesLent() ? memory.lend(length) : null;
        if (target == null) {
            readBytes(length);
        } else {
            reading = slot.begin().read(target, position, (error, count) -> lentReadDone(error, count, target));
        }
    }

    /** The position of the next byte. */
    private long from() {
        return position == OpenFile.CURRENT ? bytesRead : position;
    }

    /** How many bytes are wanted yet, if the file has them. */
    private long left() {
        return options.end - from() == Long.MAX_VALUE ? Long.MAX_VALUE : options.end - from() + 1;
    }

    private void passOn(int n) {
        if (!isDestroyed()) {
            ahead.at(from(), length -> passOn(length, n));
        }
    }

    /**
     * Hands over a range of what is there. If there is nothing, the file is at its end, or one that does not know its
     * length: reading tells.
     */
    private void passOn(int length, int n) {
        if (isDestroyed()) {
            return;
        }
        offersRanges = length > 0;
        if (length == 0 || !takesRange()) {
            readNext(n);
            return;
        }
        long from = from();
        FileRange range = slot.begin().range(from, length, () -> slot.idle(null));
        position = from + length;
        bytesRead += length;
        pushRange(range);
        ahead.passed(position);
    }

    private void lentReadDone(@Nullable Throwable error, @Nullable Integer count, ByteBuffer target) {
        reading = null;
        slot.idle(takenBack ? null : error);
        if (isDestroyed() || count == null || count <= 0) {
            memory.giveBack(target);
            if (isDestroyed()) {
                return;
            }
            if (count == null) {
                fail(error == null ? new AssertionError("neither count nor error") : error);
            } else {
                pushEnd();
            }
            return;
        }
        counted(count);
        LentBytes bytes = new LentBytes(target.flip(), () -> memory.giveBack(target));
        if (takesLent()) {
            pushLent(bytes);
        } else {
            // Somebody else has come to read.
            push(bytes.toBuffer());
        }
    }

    private void counted(int count) {
        if (position != OpenFile.CURRENT) {
            position += count;
        }
        bytesRead += count;
    }

    private void readBytes(int length) {
        if (length <= 0) {
            pushEnd();
        } else {
            reading = slot.begin().read(length, position, (error, bytes) -> readDone(error, bytes, length));
        }
    }

    private void readDone(@Nullable Throwable error, @Nullable Buffer bytes, int wanted) {
        reading = null;
        slot.idle(takenBack ? null : error);
        if (isDestroyed()) {
            return;
        }
        if (bytes == null) {
            fail(error == null ? new AssertionError("neither bytes nor error") : error);
        } else if (bytes.isEmpty()) {
            pushEnd();
        } else {
            counted(bytes.length());
            offersRanges |= bytesRead == wanted && bytes.length() == wanted;
            push(bytes);
        }
    }

    @Override
    protected boolean offersRanges() {
        return offersRanges;
    }

    @Override
    protected boolean offersLent() {
        return offersRanges;
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        WorkRequest<?> request = reading;
        if (request != null) {
            takenBack = request.cancel();
        }
        ahead.giveUp();
        slot.close(error, false, callback);
    }

    /**
     * Adds a listener for the moment when the file is open.
     *
     * @param listener called once, before the ready event; not if opening fails
     * @return removes the listener
     */
    public Registration onOpen(Runnable listener) {
        return slot.onOpen(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Adds a listener for the moment when the stream can be read.
     *
     * @param listener called once, right after the open event
     * @return removes the listener
     */
    public Registration onReady(Runnable listener) {
        return slot.onReady(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Returns the file.
     *
     * @return the path as it was given
     */
    public Path path() {
        return path;
    }

    /**
     * Returns where the stream begins.
     *
     * @return the first byte's position
     */
    public long start() {
        return Math.max(0, options.start);
    }

    /**
     * Returns where the stream stops.
     *
     * @return the last byte's position; {@link Long#MAX_VALUE} for the end of the file
     */
    public long end() {
        return options.end;
    }

    /**
     * Tells whether reading has begun. Until then the range may be sent by other means, and the stream be destroyed.
     *
     * @return true from the first read on
     */
    public boolean isStarted() {
        return started;
    }

    /**
     * Counts what was read so far.
     *
     * @return in bytes; what waits to be taken is included
     */
    public long bytesRead() {
        return bytesRead;
    }

    /**
     * Tells whether the file is not open yet, or no longer.
     *
     * @return false between open and close
     */
    public boolean isPending() {
        return !slot.isOpen();
    }
}
