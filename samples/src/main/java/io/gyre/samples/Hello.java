package io.gyre.samples;

import io.gyre.loop.EventLoop;

/** The smallest program: a loop, a main callback, an exit code. */
public final class Hello {

    private Hello() {}

    // docs: begin hello
    public static void main(String[] args) {
        System.exit(run());
    }

    static int run() {
        EventLoop loop = EventLoop.create();
        return loop.run(() -> {
            loop.setTimeout(() -> System.out.println("world"), 100);
            System.out.println("hello");
        });
    }
    // docs: end hello
}
