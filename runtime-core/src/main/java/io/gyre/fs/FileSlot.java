package io.gyre.fs;

import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import io.gyre.loop.Registration;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;
import io.gyre.work.WorkRequest;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of a stream: opened when the stream begins, closed when it is destroyed and nothing is under way any more.
 * Confined to the loop's thread.
 */
final class FileSlot {

    private final FileSystem files;
    private final Path path;
    private final List<Runnable> openListeners = new ArrayList<>();
    private final List<Runnable> readyListeners = new ArrayList<>();
    private @Nullable WorkRequest<?> opening;

    /** Whether the stream was destroyed before a worker had begun to open the file. */
    private boolean takenBack;

    private @Nullable OpenFile file;
    private int underWay;
    private @Nullable Throwable failure;
    private @Nullable Callback closeWhenIdle;

    FileSlot(FileSystem files, Path path) {
        this.files = files;
        this.path = path;
    }

    /** The options of a stream of bytes over a file. */
    static StreamOptions<Buffer> streamOptions(int highWaterMark, boolean autoClose, @Nullable AbortSignal signal) {
        StreamOptions<Buffer> common =
                StreamOptions.bytes().highWaterMark(highWaterMark).autoDestroy(autoClose);
        return signal == null ? common : common.signal(signal);
    }

    void open(Set<? extends OpenOption> options, Callback callback) {
        opening = OpenFile.open(files, path, options, (error, opened) -> {
            opening = null;
            file = opened;
            callback.call(takenBack ? null : error);
            if (opened != null) {
                List.copyOf(openListeners).forEach(Runnable::run);
                List.copyOf(readyListeners).forEach(Runnable::run);
            }
        });
    }

    /** The file is not wanted any more: it is not opened if no worker has begun to. */
    void giveUpOpening() {
        WorkRequest<?> request = opening;
        if (request != null) {
            takenBack |= request.cancel();
        }
    }

    /** The open file; from here on until {@link #idle} an operation is under way, beside others that may be. */
    OpenFile begin() {
        OpenFile opened = file;
        if (opened == null) {
            throw new IllegalStateException("'" + path + "' is not open");
        }
        underWay++;
        return opened;
    }

    /** The operation is done; the file is closed if that was waited for. */
    void idle(@Nullable Throwable error) {
        underWay--;
        Callback waiting = closeWhenIdle;
        if (waiting != null) {
            failure = OpenFile.first(failure, error);
            if (underWay == 0) {
                closeWhenIdle = null;
                waiting.call(failure);
            }
        }
    }

    /** Closes the file as soon as nothing is under way, and tells the first error of all. */
    void close(@Nullable Throwable error, boolean flush, Callback callback) {
        if (underWay > 0) {
            closeWhenIdle = ofOperation -> closeNow(OpenFile.first(error, ofOperation), flush, callback);
        } else {
            closeNow(error, flush, callback);
        }
    }

    private void closeNow(@Nullable Throwable error, boolean flush, Callback callback) {
        OpenFile opened = file;
        if (opened == null) {
            callback.call(error);
            return;
        }
        file = null;
        if (flush) {
            opened.sync((failure, ok) -> closeFile(opened, OpenFile.first(error, failure), callback));
        } else {
            closeFile(opened, error, callback);
        }
    }

    private static void closeFile(OpenFile opened, @Nullable Throwable error, Callback callback) {
        opened.closeLater((failure, ok) -> callback.call(OpenFile.first(failure, error)));
    }

    Registration onOpen(Runnable listener) {
        openListeners.add(listener);
        return () -> openListeners.remove(listener);
    }

    Registration onReady(Runnable listener) {
        readyListeners.add(listener);
        return () -> readyListeners.remove(listener);
    }

    boolean isOpen() {
        return file != null;
    }
}
