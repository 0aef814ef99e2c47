package io.gyre.fs;

import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * What is known about a file, at one moment.
 *
 * @param size the length in bytes
 * @param isFile whether it is a regular file
 * @param isDirectory whether it is a directory
 * @param isSymbolicLink whether it is a symbolic link; never after {@link FileSystem#stat}, which follows links
 * @param mtime when its content changed last
 * @param atime when it was read last
 * @param birthtime when it was made
 */
public record FileStats(
        long size,
        boolean isFile,
        boolean isDirectory,
        boolean isSymbolicLink,
        Instant mtime,
        Instant atime,
        Instant birthtime) {

    static FileStats of(BasicFileAttributes attributes) {
        return new FileStats(
                attributes.size(),
                attributes.isRegularFile(),
                attributes.isDirectory(),
                attributes.isSymbolicLink(),
                attributes.lastModifiedTime().toInstant(),
                attributes.lastAccessTime().toInstant(),
                attributes.creationTime().toInstant());
    }
}
