package io.gyre.benchmarks.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a server is asked to do.
 *
 * @param port where to listen
 * @param path the file that answers every request
 * @param length of the file
 * @param way how it gets to the socket
 */
record ServedFile(int port, Path path, long length, String way) {

    static final String CONTENT_TYPE = "application/octet-stream";

    /** From the command line: port, file, way. */
    static ServedFile of(String[] args) throws IOException {
        Path path = Path.of(args[1]);
        return new ServedFile(Integer.parseInt(args[0]), path, Files.size(path), args[2]);
    }

    IllegalArgumentException unknownWay() {
        return new IllegalArgumentException("unknown way: " + way);
    }
}
