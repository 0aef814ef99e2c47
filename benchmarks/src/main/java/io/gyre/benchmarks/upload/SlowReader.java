package io.gyre.benchmarks.upload;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;

/** A sink that takes so many bytes a second. Confined to the loop's thread. */
public final class SlowReader extends AbstractWritable<Buffer> {

    private final Rate rate;

    private SlowReader(EventLoop loop, Rate rate) {
        super(loop, StreamOptions.bytes());
        this.rate = rate;
    }

    /**
     * Makes a sink.
     *
     * @param loop the loop that it belongs to
     * @param args the port, and the rate in MB/s
     * @param path where the upload goes
     * @return a sink that has not begun
     */
    public static SlowReader of(EventLoop loop, String[] args, String path) {
        return new SlowReader(loop, Rate.of(args, path));
    }

    @Override
    protected void doWrite(Buffer chunk, Callback callback) {
        int pauses = rate.take(chunk.length());
        if (pauses == 0) {
            callback.done();
        } else {
            loop().setTimeout(callback::done, (long) pauses * Rate.PAUSE_MILLIS);
        }
    }
}
