package io.gyre.benchmarks.http;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;

/** What the contestants that answer later wait for. */
final class Later {

    private Later() {}

    /** A promise that a tick fulfills: whoever waits for it goes on in a microtask of the same drain. */
    static Promise<Boolean> nextTick(EventLoop loop) {
        Resolvers<Boolean> resolvers = Promise.withResolvers(loop);
        loop.nextTick(() -> resolvers.resolve(true));
        return resolvers.promise();
    }
}
