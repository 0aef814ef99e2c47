package io.gyre.testing;

import java.io.IOException;

/** One end of a {@link MemoryConnection}, as the connection sees it. All calls come in the poll phase. */
interface MemoryEnd {

    /** Something has arrived, or the other side has ended. */
    void readable();

    /** There is room again after there was none. */
    void writable();

    /** The connection is lost. */
    void failed(IOException error);
}
