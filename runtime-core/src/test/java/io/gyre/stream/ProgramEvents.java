package io.gyre.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a program sees of a stream: its events, and its properties by Node's names. */
final class ProgramEvents {

    private ProgramEvents() {}

    /** Adds a listener, given what Node's trace shows as the event's argument, or null. */
    static Registration listen(
            Stream stream, String event, Function<Stream, String> nameOf, Consumer<@Nullable Object> heard) {
        return switch (event) {
            case "error" -> stream.onError(error -> heard.accept(ProgramSteps.name(error)));
            case "close" -> stream.onClose(() -> heard.accept(null));
            case "data" -> readable(stream).onData(heard::accept);
            case "readable" -> readable(stream).onReadable(() -> heard.accept(null));
            case "end" -> readable(stream).onEnd(() -> heard.accept(null));
            case "pause" -> readable(stream).onPause(() -> heard.accept(null));
            case "resume" -> readable(stream).onResume(() -> heard.accept(null));
            case "drain" -> writable(stream).onDrain(() -> heard.accept(null));
            case "finish" -> writable(stream).onFinish(() -> heard.accept(null));
            case "prefinish" ->
                WritableState.of(writable(stream)).prefinishListeners.add(() -> heard.accept(null));
            case "pipe" -> writable(stream).onPipe(from -> heard.accept(nameOf.apply(from)));
            case "unpipe" -> writable(stream).onUnpipe(from -> heard.accept(nameOf.apply(from)));
            default -> throw new AssertionError("event " + event);
        };
    }

    static String state(Stream stream, JsonNode properties) {
        List<String> all = new ArrayList<>();
        properties.forEach(p -> all.add(p.asText() + "=" + property(stream, p.asText())));
        return "{" + String.join(" ", all) + "}";
    }

    private static @Nullable Object property(Stream stream, String name) {
        return switch (name) {
            case "destroyed" -> stream.isDestroyed();
            case "closed" -> stream.isClosed();
            case "errored" -> ProgramSteps.name(stream.errored());
            case "readable" -> readable(stream).isReadable();
            case "readableLength" -> readable(stream).readableLength();
            case "readableEnded" -> readable(stream).isReadableEnded();
            case "readableAborted" -> readable(stream).isReadableAborted();
            case "readableDidRead" -> readable(stream).isReadableDidRead();
            case "readableHighWaterMark" -> readable(stream).readableHighWaterMark();
            case "readableFlowing" -> ReadableState.of(readable(stream)).mode.flowingOrNull();
            case "writable" -> writable(stream).isWritable();
            case "writableLength" -> writable(stream).writableLength();
            case "writableEnded" -> writable(stream).isWritableEnded();
            case "writableFinished" -> writable(stream).isWritableFinished();
            case "writableAborted" -> writable(stream).isWritableAborted();
            case "writableNeedDrain" -> writable(stream).isWritableNeedDrain();
            case "writableCorked" -> writable(stream).writableCorked();
            case "writableHighWaterMark" -> writable(stream).writableHighWaterMark();
            case "allowHalfOpen" -> ((Duplex<?, ?>) stream).allowsHalfOpen();
            default -> throw new AssertionError("property " + name);
        };
    }

    @SuppressWarnings("unchecked") // a program says by its options what its streams carry
    static Readable<Object> readable(Stream stream) {
        return (Readable<Object>) stream;
    }

    @SuppressWarnings("unchecked") // as above
    static Writable<Object> writable(Stream stream) {
        return (Writable<Object>) stream;
    }

    @SuppressWarnings("unchecked") // as above
    static Duplex<Object, Object> duplex(Stream stream) {
        return (Duplex<Object, Object>) stream;
    }
}
