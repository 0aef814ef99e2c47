package io.gyre.stream;

import org.jspecify.annotations.Nullable;

/** A stream was used against its contract, or ended too early; {@link #code} says which, in Node's names. */
public final class StreamException extends RuntimeException {

    /** A write after {@link Writable#end}. */
    public static final String WRITE_AFTER_END = "ERR_STREAM_WRITE_AFTER_END";

    /** A call on a stream that was destroyed. */
    public static final String DESTROYED = "ERR_STREAM_DESTROYED";

    /** A second {@link Writable#end} after the stream had finished. */
    public static final String ALREADY_FINISHED = "ERR_STREAM_ALREADY_FINISHED";

    /** The stream closed before its end. */
    public static final String PREMATURE_CLOSE = "ERR_STREAM_PREMATURE_CLOSE";

    /** A source pushed after it had said that it was at its end. */
    public static final String PUSH_AFTER_EOF = "ERR_STREAM_PUSH_AFTER_EOF";

    /** A chunk was put back after the end event. */
    public static final String UNSHIFT_AFTER_END_EVENT = "ERR_STREAM_UNSHIFT_AFTER_END_EVENT";

    /** A step called its callback more than once. */
    public static final String MULTIPLE_CALLBACK = "ERR_MULTIPLE_CALLBACK";

    /** More waits than {@link StreamOptions#maxBufferedLength} allows. Node has no such error. */
    public static final String BUFFER_LIMIT = "ERR_STREAM_BUFFER_LIMIT";

    private static final long serialVersionUID = 1L;

    private final String code;

    /**
     * Makes an error.
     *
     * @param code one of the constants of this class
     * @param message what was wrong
     */
    public StreamException(String code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * Returns the code.
     *
     * @return one of the constants of this class
     */
    public String code() {
        return code;
    }

    static StreamException writeAfterEnd() {
        return new StreamException(WRITE_AFTER_END, "write after end");
    }

    static StreamException destroyed(String operation) {
        return new StreamException(DESTROYED, "Cannot call " + operation + " after a stream was destroyed");
    }

    static StreamException alreadyFinished(String operation) {
        return new StreamException(ALREADY_FINISHED, "Cannot call " + operation + " after a stream was finished");
    }

    static StreamException prematureClose() {
        return new StreamException(PREMATURE_CLOSE, "Premature close");
    }

    static StreamException pushAfterEof() {
        return new StreamException(PUSH_AFTER_EOF, "stream.push() after EOF");
    }

    static StreamException unshiftAfterEndEvent() {
        return new StreamException(UNSHIFT_AFTER_END_EVENT, "stream.unshift() after end event");
    }

    static StreamException multipleCallback() {
        return new StreamException(MULTIPLE_CALLBACK, "Callback called multiple times");
    }

    static StreamException bufferLimit(String side, long length, int limit) {
        return new StreamException(
                BUFFER_LIMIT,
                "the " + side + " side would hold " + length + ", more than its maxBufferedLength of " + limit);
    }

    static boolean hasCode(@Nullable Throwable error, String code) {
        return error instanceof StreamException e && e.code.equals(code);
    }
}
