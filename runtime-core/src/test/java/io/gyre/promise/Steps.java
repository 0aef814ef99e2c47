package io.gyre.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Runs a program on a loop; the program numbers its steps in the order they must come. */
final class Steps {

    private final List<Integer> seen = new ArrayList<>();
    private final List<Throwable> uncaught = new ArrayList<>();
    private int last = -1;

    /** Marks a step; numbers must come as 1, 2, 3 and so on. */
    void expect(int number) {
        seen.add(number);
    }

    /** Marks the last step. */
    void finish(int number) {
        seen.add(number);
        last = number;
    }

    interface Program {
        void run(EventLoop loop, Steps steps) throws Exception;
    }

    /** Runs a program to the end of its loop and checks that it made all of its steps, in order, without an error. */
    static void run(Program program) {
        Steps steps = new Steps();
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onUncaughtException((error, origin) -> steps.uncaught.add(error));
            try {
                program.run(loop, steps);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        for (Throwable error : steps.uncaught) {
            throw new AssertionError("the program failed after steps " + steps.seen, error);
        }
        assertThat(steps.seen)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, steps.seen.size()).boxed().toList());
        assertThat(steps.last).as("the program reached its last step").isEqualTo(steps.seen.size());
        assertThat(code).isZero();
    }
}
