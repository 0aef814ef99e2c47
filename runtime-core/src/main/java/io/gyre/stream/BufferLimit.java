package io.gyre.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much may wait in a writable stream. {@code write} takes a chunk always, so a writer that does not heed its false
 * fills the memory: far beyond the mark it is told so once, with the place that writes, and at the limit, if there is
 * one, the stream breaks. Confined to the loop's thread.
 */
final class BufferLimit {

    /** A warning is due at so many times the high-water mark. */
    static final int FAR = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Writable.class);

    /** Where the writer's own code cannot be. */
    private static final List<String> FOREIGN = List.of(
            "java.", "jdk.", "kotlin.", "kotlinx.", "reactor.", "io.netty.", "io.gyre.coroutines.", "io.gyre.reactor.");

    private final StreamLifecycle life;
    private final int highWaterMark;
    private final int limit;

    /** From here on there is something to say. */
    private int alarmAt;

    BufferLimit(StreamLifecycle life, StreamOptions<?> options) {
        this.life = life;
        highWaterMark = options.highWaterMark;
        limit = options.maxBufferedLength;
        int mark = highWaterMark > 0
                ? highWaterMark
                : options.chunks.areSequence ? StreamOptions.DEFAULT_BYTES : StreamOptions.DEFAULT_OBJECTS;
        alarmAt = (int) Math.min(limit, (long) FAR * mark);
    }

    /** Whether {@link #check} could have something to say. */
    boolean isNear(int length, int size) {
        return size > alarmAt - length;
    }

    /**
     * Looks at a write.
     *
     * @param heedless whether the writer was told before that it is enough
     * @return null if the chunk may be taken, else what breaks the stream
     */
    @Nullable
    StreamException check(int length, int size, boolean heedless) {
        return isNear(length, size) ? alarm(length, size, heedless) : null;
    }

    private @Nullable StreamException alarm(int length, int size, boolean heedless) {
        if (size > limit - length) {
            return StreamException.bufferLimit("writable", (long) length + size, limit);
        }
        if (heedless) {
            // Once is enough.
            alarmAt = limit;
            LOG.warn(
                    "{} holds {}, far more than its highWaterMark of {}: the writer goes on although write() returned"
                            + " false. It writes at {}. Wait for the drain event, or set maxBufferedLength",
                    life.stream,
                    (long) length + size,
                    highWaterMark,
                    writer());
        }
        return null;
    }

    /** The innermost frame of the calling thread that is neither ours nor a library's. */
    private static String writer() {
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> isUsers(frame.getDeclaringClass()))
                        .findFirst()
                        .map(StackWalker.StackFrame::toString)
                        .orElse("an unknown place"));
    }

    private static boolean isUsers(Class<?> type) {
        for (String prefix : FOREIGN) {
            if (type.getName().startsWith(prefix)) {
                return false;
            }
        }
        return type.getProtectionDomain() != BufferLimit.class.getProtectionDomain();
    }
}
