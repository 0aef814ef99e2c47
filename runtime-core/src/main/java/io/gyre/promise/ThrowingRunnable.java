package io.gyre.promise;

/** A handler that is given nothing. What it throws, checked or not, rejects the promise that follows it. */
@FunctionalInterface
public interface ThrowingRunnable {

    /**
     * Does its work.
     *
     * @throws Exception to reject the next promise
     */
    void run() throws Exception;
}
