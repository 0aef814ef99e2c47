package io.gyre.http;

import io.gyre.stream.FileRange;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;

/** A range of a file on its way to the socket. The file is not closed after it: it belongs to the source. */
final class FilePart extends DefaultFileRegion {

    private FilePart(FileRange range) {
        super(range.file(), range.position(), range.length());
    }

    /**
     * Makes a part that the transport can send.
     *
     * @param limit how far into a file the transport sends by reference; what lies beyond is copied by it
     */
    static FileRegion of(FileRange range, long limit) {
        FilePart part = new FilePart(range);
        return range.position() + range.length() <= limit ? part : new CopiedPart(part);
    }

    @Override
    protected void deallocate() {
        // Whoever waits for the write releases the range.
    }
}
