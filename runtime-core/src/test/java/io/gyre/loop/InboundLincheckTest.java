package io.gyre.loop;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The inbound queue is a queue, also while it is being closed: what is accepted is taken, what is not is refused. */
@Tag("lincheck")
public class InboundLincheckTest {

    private final Inbound inbound = new Inbound("lincheck");

    /** A task that is only a name. */
    private record Task(int number) implements Runnable {
        @Override
        public void run() {
            throw new AssertionError("never run");
        }
    }

    @Operation
    public boolean post(@Param(gen = IntGen.class) int number) {
        try {
            inbound.post(new Task(number));
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    @Operation(nonParallelGroup = "loop")
    public @Nullable String take() {
        Runnable task = closed ? null : inbound.poll();
        return task == null ? null : task.toString();
    }

    @Operation(nonParallelGroup = "loop")
    public @Nullable String close() {
        if (closed) {
            return null;
        }
        closed = true;
        return inbound.close().stream().map(Object::toString).toList().toString();
    }

    private boolean closed;

    /** The same, one operation at a time. */
    public static class Sequential {
        private final ArrayDeque<Task> queue = new ArrayDeque<>();
        private boolean closed;

        public boolean post(int number) {
            if (closed) {
                return false;
            }
            queue.add(new Task(number));
            return true;
        }

        public @Nullable String take() {
            Task task = queue.poll();
            return task == null ? null : task.toString();
        }

        public @Nullable String close() {
            if (closed) {
                return null;
            }
            closed = true;
            List<String> all = queue.stream().map(Object::toString).toList();
            queue.clear();
            return all.toString();
        }
    }

    @Test
    void stress() {
        new StressOptions()
                .sequentialSpecification(Sequential.class)
                .iterations(5)
                .invocationsPerIteration(1_000)
                // No more than the machine may have cores: threads that wait for each other spin.
                .threads(2)
                .actorsPerThread(3)
                .check(InboundLincheckTest.class);
    }

    @Test
    void modelChecking() {
        new ModelCheckingOptions()
                .sequentialSpecification(Sequential.class)
                // Small scenarios, and many: a race takes one post and one close.
                .iterations(12)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(InboundLincheckTest.class);
    }
}
