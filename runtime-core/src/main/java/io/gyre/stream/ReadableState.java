package io.gyre.stream;

import io.gyre.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The readable side of a stream: its buffer, its mode, and when it reads on. Follows the states of Node's
 * {@code ReadableState}, whose order of events is observable. Confined to the loop's thread.
 */
final class ReadableState<T> {

    /** As an argument of {@link #read}: whatever is there. */
    static final int ALL = Integer.MIN_VALUE;

    private static final int MAX_HIGH_WATER_MARK = 1 << 30;

    final StreamLifecycle life;
    final ReadableMode<T> mode;
    final Listeners<Runnable> endListeners = new Listeners<>();
    final List<Pipe<T>> pipes = new ArrayList<>();

    /** The destinations that must drain before the stream flows again. */
    final AwaitedDrains awaitDrain = new AwaitedDrains();

    boolean multiAwaitDrain;

    private final EventLoop loop;
    private final Chunks<T> chunks;
    private final boolean sequence;
    private final AbstractReadable<T> stream;
    private final Runnable readableTick = this::readableTick;
    private final Runnable readMore = this::readMore;
    private final ArrayDeque<T> buffer = new ArrayDeque<>();
    private final int maxLength;
    private int highWaterMark;
    private int length;

    /** Chunks are told to the data listeners as they come; {@link ReadableMode} decides it. */
    boolean flowing;

    boolean dataListening;

    private boolean enabled = true;
    boolean ended;
    private boolean endEmitted;
    private boolean reading;
    private boolean sync = true;
    private boolean needReadable;
    private boolean emittedReadable;
    private boolean readingMore;
    private boolean dataEmitted;

    ReadableState(StreamLifecycle life, StreamOptions<T> options, AbstractReadable<T> stream) {
        this.life = life;
        this.loop = life.loop;
        this.mode = new ReadableMode<>(this, life);
        this.chunks = options.chunks;
        this.sequence = options.chunks.areSequence;
        this.highWaterMark = options.highWaterMark;
        this.maxLength = options.maxBufferedLength;
        this.stream = stream;
    }

    /** For a stream that has no readable side. */
    void disable() {
        enabled = false;
        ended = true;
        endEmitted = true;
    }

    /** For a source that may push before it was asked, which is no part of a read step then. */
    void pushesBeforeRead() {
        sync = false;
    }

    void constructed() {
        if (needReadable) {
            maybeReadMore();
        }
    }

    // ---- from the source

    boolean push(@Nullable T chunk) {
        life.checkThread("push");
        return pushNow(chunk);
    }

    /** The same for those who know that they are on the loop's thread. */
    boolean pushNow(@Nullable T chunk) {
        if (chunk == null) {
            reading = false;
            endOfData();
            return false;
        }
        int size = chunks.size(chunk);
        if (size == 0) {
            reading = false;
            maybeReadMore();
            return mayPushMore();
        }
        if (ended) {
            life.fail(StreamException.pushAfterEof(), false);
            return false;
        }
        if (!life.isUp() && life.isDestroyedOrErrored()) {
            return false;
        }
        reading = false;
        if (size > maxLength - length) {
            life.fail(StreamException.bufferLimit("readable", (long) length + size, maxLength), false);
            return false;
        }
        add(chunk, size, false);
        return mayPushMore();
    }

    /** Hands over a loan: a chunk that only a pipe sees, and that is never buffered. */
    void pushLoan(Loan loan) {
        life.checkThread("pushRange or pushLent");
        Pipe<T> pipe = onlyPipe();
        if (pipe == null || !takesLoan(Loan.kindOf(loan))) {
            throw new IllegalStateException("nobody takes " + loan + "; takesRange() and takesLent() say when");
        }
        reading = false;
        dataEmitted = true;
        awaitDrain.clear();
        pipe.acceptLoan(loan);
        maybeReadMore();
    }

    /** Whether a loan would be taken at once. */
    boolean takesLoan(Loan.Kind kind) {
        Pipe<T> pipe = onlyPipe();
        return pipe != null && flowing && length == 0 && !ended && !life.isDestroyedOrErrored() && pipe.takesLoan(kind);
    }

    /** Whether the only consumer is one that takes loans, now or when it has drained. */
    boolean feedsLoans(Loan.Kind kind) {
        Pipe<T> pipe = onlyPipe();
        return pipe != null && pipe.feedsLoans(kind);
    }

    /** The pipe that is the only consumer. */
    private @Nullable Pipe<T> onlyPipe() {
        return pipes.size() == 1 && mode.dataListeners.size() == 1 && mode.readableListeners.isEmpty()
                ? pipes.get(0)
                : null;
    }

    /** Whether to read ahead would only mean to copy what can be lent after the drain event. */
    boolean waitsToPassLoan() {
        return !flowing && !awaitDrain.isEmpty() && length == 0 && wouldPassLoan();
    }

    /** Whether what comes next may be lent to the only consumer, if not now. */
    boolean wouldPassLoan() {
        return wouldPass(Loan.Kind.RANGE) || wouldPass(Loan.Kind.BYTES);
    }

    private boolean wouldPass(Loan.Kind kind) {
        return offersLoan(kind) && feedsLoans(kind);
    }

    boolean offersLoan(Loan.Kind kind) {
        return stream.offersLoan(kind);
    }

    void unshift(T chunk) {
        life.checkThread("unshift");
        int size = chunks.size(chunk);
        if (size == 0) {
            return;
        }
        if (endEmitted) {
            life.fail(StreamException.unshiftAfterEndEvent(), false);
        } else if (!life.isDestroyedOrErrored()) {
            add(chunk, size, true);
        }
    }

    private boolean mayPushMore() {
        return !ended && (length < highWaterMark || length == 0);
    }

    private void add(T chunk, int size, boolean first) {
        if (flowing && dataListening && !sync && length == 0) {
            awaitDrain.clear();
            emitData(chunk);
        } else {
            length += size;
            if (first) {
                buffer.addFirst(chunk);
            } else {
                buffer.addLast(chunk);
            }
            if (needReadable) {
                emitReadable();
            }
        }
        maybeReadMore();
    }

    private void emitData(T chunk) {
        dataEmitted = true;
        Listeners.tell(mode.dataListeners, chunk);
    }

    private void endOfData() {
        if (ended) {
            return;
        }
        ended = true;
        if (sync) {
            // Within the source's read step: tell it in a tick.
            emitReadable();
        } else {
            needReadable = false;
            emittedReadable = true;
            readableTick();
        }
    }

    // ---- to the consumer

    @Nullable
    T read(int wanted) {
        life.checkThread("read");
        return readNow(wanted);
    }

    /** The same for those who know that they are on the loop's thread. */
    @Nullable
    T readNow(int wanted) {
        if (wanted > highWaterMark) {
            highWaterMark = raisedHighWaterMark(wanted);
        }
        if (wanted != 0) {
            emittedReadable = false;
        }
        if (wanted == 0 && needReadable && ((highWaterMark != 0 ? length >= highWaterMark : length > 0) || ended)) {
            if (length == 0 && ended) {
                endReadable();
            } else {
                emitReadable();
            }
            return null;
        }
        int n = howMuchToRead(wanted);
        if (n == 0 && ended) {
            if (length == 0) {
                endReadable();
            }
            return null;
        }
        if (readOn(n) && sequence) {
            n = howMuchToRead(wanted);
        } else if (sequence && n > length) {
            // The read step has read here itself.
            n = length;
        }
        T taken = n > 0 && length > 0 ? take(n) : null;
        if (taken == null) {
            needReadable |= length <= highWaterMark;
            n = 0;
        } else {
            awaitDrain.clear();
        }
        if (length == 0) {
            if (!ended) {
                needReadable = true;
            } else if (wanted != n) {
                endReadable();
            }
        }
        if (taken != null && (life.isUp() || (!life.isErrorEmitted() && !life.isCloseEmitted()))) {
            emitData(taken);
        }
        return taken;
    }

    /** Calls the source's read step if there is room; returns whether it has pushed already. */
    private boolean readOn(int n) {
        boolean doRead = needReadable || length == 0 || length - weight(n) < highWaterMark;
        if (!doRead || reading || ended || !life.isUp()) {
            return false;
        }
        reading = true;
        sync = true;
        if (length == 0) {
            needReadable = true;
        }
        try {
            stream.doRead(highWaterMark);
        } catch (Exception e) {
            life.fail(e, false);
        } finally {
            sync = false;
        }
        return !reading;
    }

    private int weight(int n) {
        T first = buffer.peekFirst();
        return sequence || n == 0 || first == null ? n : chunks.size(first);
    }

    private T take(int n) {
        T taken;
        if (sequence) {
            taken = chunks.take(buffer, n);
            length -= n;
        } else {
            taken = buffer.remove();
            length -= chunks.size(taken);
        }
        return taken;
    }

    private int howMuchToRead(int wanted) {
        if (wanted == ALL) {
            if (length == 0 && ended) {
                return 0;
            }
            if (!sequence) {
                return 1;
            }
            T first = buffer.peekFirst();
            return flowing && first != null ? chunks.size(first) : length;
        }
        if (wanted <= 0 || (length == 0 && ended)) {
            return 0;
        }
        if (!sequence) {
            return 1;
        }
        if (wanted <= length) {
            return wanted;
        }
        return ended ? length : 0;
    }

    private static int raisedHighWaterMark(int wanted) {
        if (wanted > MAX_HIGH_WATER_MARK) {
            throw new IllegalArgumentException("a read of " + wanted + " is beyond 1 GiB");
        }
        int floor = Integer.highestOneBit(wanted);
        return floor == wanted ? wanted : floor << 1;
    }

    // ---- events

    /** Somebody waits for the readable event from now on. */
    void awaitReadable() {
        needReadable = true;
        emittedReadable = false;
        if (length > 0) {
            emitReadable();
        } else if (!reading) {
            loop.nextTick(() -> readNow(0));
        }
    }

    private void emitReadable() {
        needReadable = false;
        if (!emittedReadable) {
            emittedReadable = true;
            loop.nextTick(readableTick);
        }
    }

    private void readableTick() {
        if (!life.isDestroyedOrErrored() && (length > 0 || ended)) {
            Listeners.run(mode.readableListeners);
            emittedReadable = false;
        }
        needReadable |= !flowing && !ended && length <= highWaterMark;
        mode.flow();
    }

    private void maybeReadMore() {
        if (!readingMore && life.isConstructed()) {
            readingMore = true;
            loop.nextTick(readMore);
        }
    }

    private void readMore() {
        while (!reading && !ended && (length < highWaterMark || (flowing && length == 0)) && !waitsToPassLoan()) {
            int before = length;
            readNow(0);
            if (before == length) {
                break;
            }
        }
        readingMore = false;
    }

    private void endReadable() {
        if (!endEmitted) {
            ended = true;
            loop.nextTick(this::endTick);
        }
    }

    private void endTick() {
        if (life.errored() == null && !life.isCloseEmitted() && !endEmitted && length == 0) {
            endEmitted = true;
            Listeners.run(endListeners);
            stream.afterEnd();
        }
    }

    // ---- state

    boolean isReading() {
        return reading;
    }

    boolean isEndEmitted() {
        return endEmitted;
    }

    /** Whether all data was taken: the end was told, or is about to be. */
    boolean isFinished(boolean strict) {
        return endEmitted || (!strict && ended && length == 0);
    }

    boolean isReadable() {
        return !life.isDestroyed() && !life.isErrorEmitted() && !endEmitted;
    }

    boolean isAborted() {
        return life.isDestroyedOrErrored() && !endEmitted;
    }

    boolean isEnabled() {
        return enabled;
    }

    boolean hasRoom() {
        return length < highWaterMark;
    }

    boolean didRead() {
        return dataEmitted;
    }

    int highWaterMark() {
        return highWaterMark;
    }

    int length() {
        return length;
    }

    /** Options for a stream that stands for another one. */
    static <T> StreamOptions<T> optionsLike(Readable<T> stream) {
        ReadableState<T> state = of(stream);
        return StreamOptions.like(state.chunks, state.highWaterMark);
    }

    /** The state of a stream, which every stream has. */
    static <T> ReadableState<T> of(Readable<T> stream) {
        if (stream instanceof ForwardingReadable<T> forwarding) {
            return forwarding.stream().state();
        }
        return ((AbstractReadable<T>) stream).state();
    }
}
