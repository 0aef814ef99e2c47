package io.gyre.reactor;

import io.gyre.buffer.Buffer;
import io.gyre.fs.ReadStreamOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.reactivestreams.Publisher;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a file that is read in chunks, of one byte each here. */
@Test
public class LoopFilesTckTest extends LoopPublisherVerification<Buffer> {

    private static final int SIZE = 32;

    private Path file;

    @BeforeClass
    public void makeFile() throws IOException {
        file = Files.createTempFile("tck", ".bin");
        Files.write(file, new byte[SIZE]);
    }

    @AfterClass
    public void deleteFile() throws IOException {
        Files.delete(file);
    }

    @Override
    public long maxElementsFromPublisher() {
        return SIZE;
    }

    @Override
    public Publisher<Buffer> createPublisher(long elements) {
        if (elements == 0) {
            return LoopFiles.from(running.loop)
                    .read(file, ReadStreamOptions.defaults().start(SIZE));
        }
        return LoopFiles.from(running.loop)
                .read(file, ReadStreamOptions.defaults().end(elements - 1).highWaterMark(1));
    }

    @Override
    public Publisher<Buffer> createFailedPublisher() {
        return LoopFiles.from(running.loop).read(file.resolveSibling("missing"));
    }
}
