package io.gyre.http;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A part of a file that a transport does not know as such, so that it reads it, piece by piece, into a buffer. */
final class CopiedPart extends AbstractReferenceCounted implements FileRegion {

    private final FilePart part;

    CopiedPart(FilePart part) {
        this.part = part;
    }

    @Override
    public long position() {
        return part.position();
    }

    @Override
    @Deprecated
    public long transfered() {
        return part.transferred();
    }

    @Override
    public long transferred() {
        return part.transferred();
    }

    @Override
    public long count() {
        return part.count();
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        return part.transferTo(target, position);
    }

    @Override
    protected void deallocate() {
        part.release();
    }

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }
}
