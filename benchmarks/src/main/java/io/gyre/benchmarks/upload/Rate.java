package io.gyre.benchmarks.upload;

import org.jspecify.annotations.Nullable;

/** How fast the readers of all contestants are. */
final class Rate {

    /** How long a reader rests before it takes the next piece. */
    static final int PAUSE_MILLIS = 10;

    /** Where readers do not rest, so that the program is compiled for the others. */
    private static final String FAST = "/fast";

    private final long bytesInAPause;
    private long left;

    private Rate(long bytesInAPause) {
        this.bytesInAPause = bytesInAPause;
        left = bytesInAPause;
    }

    /** A rate that is given as MB/s in the second argument of a program; the first one is the port. */
    static Rate of(String[] args, @Nullable String path) {
        if (FAST.equals(path)) {
            return new Rate(Long.MAX_VALUE);
        }
        double megabytes = args.length > 1 ? Double.parseDouble(args[1]) : 10;
        return new Rate(Math.max(1, (long) (megabytes * 1_000_000 * PAUSE_MILLIS / 1_000)));
    }

    static int port(String[] args) {
        return args.length > 0 ? Integer.parseInt(args[0]) : 8080;
    }

    /** Takes so many bytes; returns how many pauses that costs. */
    int take(int bytes) {
        left -= bytes;
        int pauses = 0;
        while (left <= 0) {
            left += bytesInAPause;
            pauses++;
        }
        return pauses;
    }
}
