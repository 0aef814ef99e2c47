package io.gyre.fs;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file operation failed. Its message is Node's: {@code ENOENT: no such file or directory, open '/x'}. The cause is
 * what the Java library threw.
 */
public final class FsException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What the C library says, as the JDK passes it on, and the code that it stands for. */
    private static final Map<String, String> CODES = Map.ofEntries(
            Map.entry("Operation not permitted", "EPERM"),
            Map.entry("No such file or directory", "ENOENT"),
            Map.entry("Input/output error", "EIO"),
            Map.entry("Bad file descriptor", "EBADF"),
            Map.entry("Permission denied", "EACCES"),
            Map.entry("Device or resource busy", "EBUSY"),
            Map.entry("File exists", "EEXIST"),
            Map.entry("Invalid cross-device link", "EXDEV"),
            Map.entry("Not a directory", "ENOTDIR"),
            Map.entry("Is a directory", "EISDIR"),
            Map.entry("Invalid argument", "EINVAL"),
            Map.entry("Too many open files in system", "ENFILE"),
            Map.entry("Too many open files", "EMFILE"),
            Map.entry("Text file busy", "ETXTBSY"),
            Map.entry("File too large", "EFBIG"),
            Map.entry("No space left on device", "ENOSPC"),
            Map.entry("Illegal seek", "ESPIPE"),
            Map.entry("Read-only file system", "EROFS"),
            Map.entry("Broken pipe", "EPIPE"),
            Map.entry("File name too long", "ENAMETOOLONG"),
            Map.entry("Directory not empty", "ENOTEMPTY"),
            Map.entry("Too many levels of symbolic links", "ELOOP"),
            Map.entry("No such device or address", "ENXIO"));

    /** The codes, in libuv's words. */
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("EPERM", "operation not permitted"),
            Map.entry("ENOENT", "no such file or directory"),
            Map.entry("EIO", "i/o error"),
            Map.entry("EBADF", "bad file descriptor"),
            Map.entry("EACCES", "permission denied"),
            Map.entry("EBUSY", "resource busy or locked"),
            Map.entry("EEXIST", "file already exists"),
            Map.entry("EXDEV", "cross-device link not permitted"),
            Map.entry("ENOTDIR", "not a directory"),
            Map.entry("EISDIR", "illegal operation on a directory"),
            Map.entry("EINVAL", "invalid argument"),
            Map.entry("ENFILE", "file table overflow"),
            Map.entry("EMFILE", "too many open files"),
            Map.entry("ETXTBSY", "text file is busy"),
            Map.entry("EFBIG", "file too large"),
            Map.entry("ENOSPC", "no space left on device"),
            Map.entry("ESPIPE", "invalid seek"),
            Map.entry("EROFS", "read-only file system"),
            Map.entry("EPIPE", "broken pipe"),
            Map.entry("ENAMETOOLONG", "name too long"),
            Map.entry("ENOTEMPTY", "directory not empty"),
            Map.entry("ELOOP", "too many symbolic links encountered"),
            Map.entry("ENXIO", "no such device or address"));

    private final String code;
    private final String syscall;
    private final @Nullable String path;

    private FsException(String code, String words, String syscall, @Nullable Path path, Throwable cause) {
        super(code + ": " + words + ", " + syscall + (path == null ? "" : " '" + path + "'"), cause);
        this.code = code;
        this.syscall = syscall;
        this.path = path == null ? null : path.toString();
    }

    /**
     * Returns the code.
     *
     * @return such as {@code ENOENT}; {@code UNKNOWN} if the cause fits none
     */
    public String code() {
        return code;
    }

    /**
     * Returns the operation that failed.
     *
     * @return such as {@code open}
     */
    public String syscall() {
        return syscall;
    }

    /**
     * Returns the file, where the operation names one.
     *
     * @return the path as it was given; null for operations on an open file
     */
    public @Nullable String path() {
        return path;
    }

    /** Translates what a file operation threw; anything but another {@link IOException} stays as it is. */
    static Throwable translate(Throwable error, String syscall, @Nullable Path path) {
        return error instanceof IOException io && !(io instanceof FsException) ? of(io, syscall, path) : error;
    }

    static FsException of(IOException error, String syscall, @Nullable Path path) {
        String code = codeOf(error);
        if (code == null) {
            return new FsException("UNKNOWN", String.valueOf(error.getMessage()), syscall, path, error);
        }
        return new FsException(code, WORDS.getOrDefault(code, "unknown error"), syscall, path, error);
    }

    private static @Nullable String codeOf(IOException error) {
        if (error instanceof NoSuchFileException) {
            return "ENOENT";
        } else if (error instanceof AccessDeniedException) {
            return "EACCES";
        } else if (error instanceof FileAlreadyExistsException) {
            return "EEXIST";
        } else if (error instanceof NotDirectoryException) {
            return "ENOTDIR";
        } else if (error instanceof DirectoryNotEmptyException) {
            return "ENOTEMPTY";
        } else if (error instanceof FileSystemLoopException) {
            return "ELOOP";
        } else if (error instanceof ClosedChannelException) {
            return "EBADF";
        }
        String words = error instanceof FileSystemException file ? file.getReason() : error.getMessage();
        if (words == null) {
            return null;
        }
        String code = CODES.get(words);
        if (code == null && words.startsWith("Too many levels of symbolic links")) {
            return "ELOOP";
        }
        return code;
    }
}
