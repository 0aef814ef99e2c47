package io.gyre.fs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's memory of files. What a loop sends by reference must be in it, since the loop would wait for the disk
 * otherwise. From any thread; it blocks.
 */
final class PageCache {

    private static final Logger LOG = LoggerFactory.getLogger(PageCache.class);

    /** Where pages can be sent to without being copied; null where the system has no such place. */
    private static final @Nullable FileChannel NOWHERE = openNowhere();

    private PageCache() {}

    private static @Nullable FileChannel openNowhere() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
            return null;
        }
        try {
            return FileChannel.open(Path.of("/dev/null"), StandardOpenOption.WRITE);
        } catch (IOException e) {
            LOG.debug("no /dev/null: the loop may wait for the disk when it sends a file", e);
            return null;
        }
    }

    /** Brings a part of a file into memory, where the system has a cheap way to do so. */
    static void load(FileChannel file, long position, long length) throws IOException {
        FileChannel target = NOWHERE;
        if (target == null) {
            return;
        }
        long at = position;
        long end = position + length;
        while (at < end) {
            long passed = file.transferTo(at, end - at, target);
            if (passed <= 0) {
                return;
            }
            at += passed;
        }
    }
}
