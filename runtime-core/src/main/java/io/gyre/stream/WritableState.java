package io.gyre.stream;

import io.gyre.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The writable side of a stream: its buffer, the one write under way, and the way to the finish event. Follows the
 * states of Node's {@code WritableState}, whose order of events is observable. Confined to the loop's thread.
 */
final class WritableState<T> {

    /** The last step of the sink. */
    @FunctionalInterface
    interface FinalStep {

        /** Completes the sink; returns false, without doing anything, if the sink has no such step. */
        boolean end(Callback callback);
    }

    /** The steps of the sink. */
    interface Sink<T> extends FinalStep {

        void write(T chunk, Callback callback);

        /** Writes several chunks; returns false, without doing anything, if the sink has no such step. */
        boolean writev(List<T> chunks, Callback callback);

        /** Whether it has the step below for such loans, and can use it, now or when it has drained. */
        default boolean feedsLoans(Loan.Kind kind) {
            return false;
        }

        /** Whether it can use the step below at once, if nothing is being written. */
        default boolean takesLoan(Loan.Kind kind) {
            return feedsLoans(kind);
        }

        default void writeLoan(Loan loan, Callback callback) {
            throw new UnsupportedOperationException("nothing is borrowed here");
        }
    }

    private record Waiting<T>(T chunk, @Nullable Callback callback) {}

    final StreamLifecycle life;
    final Listeners<Runnable> drainListeners = new Listeners<>();
    /** For the moment when all is written and the finish event is due in a tick. */
    final Listeners<Runnable> prefinishListeners = new Listeners<>();

    final Listeners<Runnable> finishListeners = new Listeners<>();
    final PipeNotices pipes = new PipeNotices();

    /** Of the pipe that came last, while it is there. */
    @Nullable
    ReadableState<?> pipedFrom;

    private final EventLoop loop;
    private final Chunks<T> chunks;
    private final boolean objects;
    private final int highWaterMark;
    private final BufferLimit limit;
    private final Sink<T> sink;
    private final WritableEnding finishing;
    private final Callback onWritten = this::writtenAnywhere;
    private final Runnable afterOneWrite = this::afterOneWrite;

    private final ArrayDeque<Waiting<T>> buffer = new ArrayDeque<>();
    private int length;
    private int corked;

    /** The size and the callback of the write that is under way, if one is. */
    private int writeLength;

    private @Nullable Callback writeCallback;

    /** Callbacks of chunks and of the final step that are still owed; finish waits for them. */
    private int owed;

    /** End was called: what follows is the matter of {@link WritableEnding}, which sets it. */
    boolean ending;

    private boolean enabled = true;
    private boolean sync = true;
    private boolean writing;
    private boolean processingBuffer;
    private boolean needDrain;
    private boolean afterWritePending;
    private @Nullable AfterWrites afterWrites;
    private boolean batches = true;

    WritableState(StreamLifecycle life, StreamOptions<T> options, Sink<T> sink, Runnable afterFinish) {
        this.life = life;
        this.loop = life.loop;
        this.chunks = options.chunks;
        this.objects = !options.chunks.areSequence;
        this.highWaterMark = options.highWaterMark;
        this.limit = new BufferLimit(life, options);
        this.sink = sink;
        this.finishing = new WritableEnding(this, sink, afterFinish);
    }

    /** For a stream that has no writable side. */
    void disable() {
        enabled = false;
        finishing.disable();
    }

    void constructed() {
        if (!writing) {
            writeBuffered();
        }
        finishing.finishMaybe(false);
    }

    void beforeDestroy() {
        if (!buffer.isEmpty() || finishing.hasCallbacks()) {
            loop.nextTick(this::failBuffered);
        }
    }

    // ---- writing

    boolean write(T chunk, @Nullable Callback callback) {
        life.checkThread("write");
        return writeNow(chunk, callback);
    }

    /** The same for those who know that they are on the loop's thread. */
    boolean writeNow(T chunk, @Nullable Callback callback) {
        int size = chunks.size(Objects.requireNonNull(chunk, "chunk"));
        return (isOrdinary(size) || refuse(size, callback) == null) && writeOrBuffer(chunk, size, callback);
    }

    /** Whether nothing can be wrong with a write; for most of them. */
    private boolean isOrdinary(int size) {
        return !ending && life.isUp() && !limit.isNear(length, size);
    }

    /** Fails a write that comes too late, or is too much. */
    private @Nullable StreamException refuse(int size, @Nullable Callback callback) {
        StreamException error;
        if (ending) {
            error = StreamException.writeAfterEnd();
        } else if (life.isDestroyed()) {
            error = StreamException.destroyed("write");
        } else {
            error = limit.check(length, size, needDrain);
        }
        if (error == null) {
            return null;
        }
        if (callback != null) {
            loop.nextTick(() -> callback.call(error));
        }
        life.fail(error, true);
        return error;
    }

    private boolean writeOrBuffer(T chunk, int size, @Nullable Callback callback) {
        owed++;
        length += size;
        if (writing || corked > 0 || !life.isUp()) {
            buffer.add(new Waiting<>(chunk, callback));
        } else {
            startWrite(size, callback);
            sink.write(chunk, onWritten);
            sync = false;
        }
        return hasRoom();
    }

    private boolean hasRoom() {
        boolean room = length < highWaterMark || length == 0;
        if (!room) {
            needDrain = true;
        }
        return room && (life.isUp() || !life.isDestroyedOrErrored());
    }

    boolean feedsLoans(Loan.Kind kind) {
        return sink.feedsLoans(kind);
    }

    /** Whether a loan would be written at once. It never waits in the buffer. */
    boolean takesLoan(Loan.Kind kind) {
        return !writing
                && !processingBuffer
                && buffer.isEmpty()
                && corked == 0
                && life.isConstructed()
                && isWritable()
                && sink.takesLoan(kind);
    }

    /** Writes a loan, which counts as a chunk of its length. Only after {@link #takesLoan} said so. */
    boolean writeLoan(Loan loan) {
        owed++;
        length += loan.length();
        startWrite(loan.length(), null);
        sink.writeLoan(loan, onWritten);
        sync = false;
        // Whoever lends waits, since the next loan cannot be buffered.
        needDrain |= writing;
        return hasRoom() && !writing;
    }

    /** Whether the sink has not called back yet. */
    boolean isWriting() {
        return writing;
    }

    /** Lets a drain event follow what is being written, though there is room. */
    void needDrain() {
        needDrain = true;
    }

    /** Whether what is piped here may be lent. */
    boolean isFedLoans(Loan.Kind kind) {
        ReadableState<?> source = pipedFrom;
        return source != null && source.offersLoan(kind);
    }

    private void startWrite(int size, @Nullable Callback callback) {
        writeLength = size;
        if (callback != null) {
            writeCallback = callback;
        }
        writing = true;
        sync = true;
    }

    private void writtenAnywhere(@Nullable Throwable error) {
        life.checkThread("the write step's callback");
        written(error);
    }

    /** The sink has taken what it was given last, or failed to. */
    void written(@Nullable Throwable error) {
        if (!writing) {
            life.fail(StreamException.multipleCallback(), false);
            return;
        }
        boolean inWrite = sync;
        Callback callback = writeCallback;
        if (callback != null) {
            writeCallback = null;
        }
        writing = false;
        length -= writeLength;
        if (error != null) {
            life.record(error);
            if (inWrite) {
                loop.nextTick(() -> writeFailed(error, callback));
            } else {
                writeFailed(error, callback);
            }
            return;
        }
        if (!buffer.isEmpty()) {
            writeBuffered();
        }
        if (inWrite) {
            afterWriteInATick(callback);
        } else {
            afterWrite(1, callback);
        }
    }

    private void writeFailed(Throwable error, @Nullable Callback callback) {
        owed--;
        if (callback != null) {
            callback.call(error);
        }
        failBuffered();
        life.fail(error, false);
    }

    /** A tick for all writes in a row that have the same callback, and none where nobody would notice. */
    private void afterWriteInATick(@Nullable Callback callback) {
        if (callback != null) {
            afterWriteInATick(callback, afterWrites);
        } else if (!afterWritePending && (objects || (needDrain && length == 0))) {
            afterWritePending = true;
            loop.nextTick(afterOneWrite);
        } else {
            owed--;
            if (ending) {
                finishing.finishMaybe(true);
            }
        }
    }

    private void afterWriteInATick(Callback callback, @Nullable AfterWrites group) {
        if (group != null && group.callback == callback) {
            group.count++;
        } else {
            AfterWrites fresh = new AfterWrites(callback);
            afterWrites = fresh;
            afterWritePending = true;
            loop.nextTick(fresh);
        }
    }

    private final class AfterWrites implements Runnable {

        private final Callback callback;
        private int count = 1;

        AfterWrites(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void run() {
            afterWrites = null;
            afterWrite(count, callback);
        }
    }

    private void afterOneWrite() {
        afterWrite(1, null);
    }

    private void afterWrite(int count, @Nullable Callback callback) {
        afterWritePending = false;
        if (needDrain && !ending && !life.isDestroyed() && length == 0) {
            needDrain = false;
            Listeners.run(drainListeners);
        }
        for (int i = 0; i < count; i++) {
            owed--;
            if (callback != null) {
                callback.call(null);
            }
        }
        if (life.isDestroyed()) {
            failBuffered();
        }
        if (ending) {
            finishing.finishMaybe(true);
        }
    }

    /** Tells the callbacks of everything that will not be written any more. */
    private void failBuffered() {
        if (writing) {
            return;
        }
        Waiting<T> waiting;
        while ((waiting = buffer.poll()) != null) {
            length -= chunks.size(waiting.chunk);
            if (waiting.callback != null) {
                waiting.callback.call(errorOr("write"));
            }
        }
        finishing.callEndCallbacks(errorOr("end"));
    }

    private Throwable errorOr(String operation) {
        Throwable error = life.errored();
        return error == null ? StreamException.destroyed(operation) : error;
    }

    private void writeBuffered() {
        if (corked > 0 || processingBuffer || life.isDestroyed() || buffer.isEmpty() || !life.isConstructed()) {
            return;
        }
        processingBuffer = true;
        try {
            if (buffer.size() < 2 || !batches || !writeBatch()) {
                writeOneByOne();
            }
        } finally {
            processingBuffer = false;
        }
    }

    /** Hands all that waits to the sink's batch step; false if it has none. */
    private boolean writeBatch() {
        List<Waiting<T>> batch = new ArrayList<>(buffer);
        List<T> payload = new ArrayList<>(batch.size());
        boolean toldOf = false;
        for (Waiting<T> waiting : batch) {
            payload.add(waiting.chunk);
            toldOf |= waiting.callback != null;
        }
        buffer.clear();
        owed -= batch.size() - 1;
        startWrite(length, toldOf ? error -> callAll(batch, error) : null);
        boolean taken = sink.writev(payload, onWritten);
        sync = false;
        if (taken) {
            return true;
        }
        batches = false;
        writing = false;
        writeCallback = null;
        owed += batch.size() - 1;
        buffer.addAll(batch);
        return false;
    }

    private static <T> void callAll(List<Waiting<T>> batch, @Nullable Throwable error) {
        for (Waiting<T> waiting : batch) {
            if (waiting.callback != null) {
                waiting.callback.call(error);
            }
        }
    }

    private void writeOneByOne() {
        do {
            Waiting<T> next = buffer.remove();
            startWrite(chunks.size(next.chunk), next.callback);
            if (life.isDestroyed()) {
                written(StreamException.destroyed("write"));
            } else {
                sink.write(next.chunk, onWritten);
            }
            sync = false;
        } while (!buffer.isEmpty() && !writing);
    }

    void cork() {
        life.checkThread("cork");
        corked++;
    }

    void uncork() {
        life.checkThread("uncork");
        if (corked > 0) {
            corked--;
            if (!writing) {
                writeBuffered();
            }
        }
    }

    // ---- the end

    void end(@Nullable T chunk, @Nullable Callback callback) {
        life.checkThread("end");
        Throwable error = null;
        if (chunk != null) {
            int size = chunks.size(chunk);
            error = refuse(size, null);
            if (error == null) {
                writeOrBuffer(chunk, size, null);
            }
        }
        if (corked > 0) {
            corked = 1;
            uncork();
        }
        finishing.end(error, callback);
    }

    /** Whether nothing waits and nothing is being written. */
    boolean isIdle() {
        return !writing && !processingBuffer && length == 0 && buffer.isEmpty();
    }

    /** Something that finish has to wait for has begun, or is done. */
    void owe(int more) {
        owed += more;
    }

    // ---- state

    boolean isWritable() {
        return !ending && !life.isDestroyedOrErrored();
    }

    boolean isEnding() {
        return ending;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Whether end was called, and has returned. */
    boolean isEndCalled() {
        return finishing.isEndCalled();
    }

    boolean isFinished() {
        return finishing.isFinished();
    }

    /** Whether all is written: finish was told, or is about to be. */
    boolean isDone() {
        return isFinished() || (life.errored() == null && isEndCalled() && length == 0);
    }

    boolean isAborted() {
        return life.isDestroyedOrErrored() && !isFinished();
    }

    /** Whether a drain event is owed, also where it can no longer come. */
    boolean needsDrain() {
        return needDrain;
    }

    boolean isNeedDrain() {
        return needDrain && !life.isDestroyed() && !isEnding();
    }

    boolean owesCallbacks() {
        return owed != 0;
    }

    int highWaterMark() {
        return highWaterMark;
    }

    int length() {
        return length;
    }

    int corked() {
        return corked;
    }

    /** Options for a stream that stands for another one. */
    static <T> StreamOptions<T> optionsLike(Writable<T> stream) {
        WritableState<T> state = of(stream);
        return StreamOptions.like(state.chunks, state.highWaterMark);
    }

    /** The state of a stream, which every stream has. */
    static <T> WritableState<T> of(Writable<T> stream) {
        if (stream instanceof ForwardingWritable<T> forwarding) {
            return forwarding.stream().state();
        }
        if (stream instanceof AbstractDuplex<T, ?> duplex) {
            return duplex.writeState();
        }
        return ((AbstractWritable<T>) stream).state();
    }
}
