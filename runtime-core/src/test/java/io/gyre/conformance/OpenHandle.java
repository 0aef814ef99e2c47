package io.gyre.conformance;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Handle;

/** A handle that waits for events which never come, like an idle server. */
final class OpenHandle extends Handle {

    OpenHandle(EventLoop loop) {
        super(loop, "open");
    }

    OpenHandle open() {
        activate();
        return this;
    }
}
