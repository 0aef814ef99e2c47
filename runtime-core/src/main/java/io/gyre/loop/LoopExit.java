package io.gyre.loop;

/** Unwinds the callback that asked the loop to exit. The request itself is a flag: catching this does not undo it. */
final class LoopExit extends Error {

    private static final long serialVersionUID = 1L;

    LoopExit(int code) {
        super("the loop exits with code " + code, null, false, false);
    }
}
