package io.gyre.loop;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Posts race with a loop that goes to sleep: it never sleeps beside a task without a wake-up on its way. */
@Tag("lincheck")
public class SleepLincheckTest {

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final Inbound inbound = new Inbound("lincheck");

    /** Whether the loop was told that it may block, and has not gone on. Of the loop's thread. */
    private boolean asleep;

    public SleepLincheckTest() {
        inbound.wakeThrough(new Poller() {
            @Override
            public int poll(long timeoutNanos) {
                throw new AssertionError("never polled");
            }

            @Override
            public void wakeup() {
                wakeUps.incrementAndGet();
            }

            @Override
            public void close() {}
        });
    }

    @Operation
    public void post() {
        inbound.post(() -> {});
    }

    @Operation
    public void wakeUp() {
        inbound.wakeUp();
    }

    /** Goes to sleep, unless it sleeps and nobody has woken it; then there it stays. */
    @Operation(nonParallelGroup = "loop")
    public void sleep() {
        if (asleep) {
            if (wakeUps.get() == 0) {
                return;
            }
            goOn();
        }
        inbound.sleeping();
        asleep = inbound.maySleep();
        if (!asleep) {
            goOn();
        }
    }

    private void goOn() {
        asleep = false;
        inbound.awake();
        wakeUps.set(0);
        while (inbound.poll() != null) {
            // Run, in a loop that is more than this.
        }
    }

    @Validate
    public void nothingIsLeftBesideASleepingLoop() {
        if (asleep && wakeUps.get() == 0 && !inbound.isEmpty()) {
            throw new IllegalStateException("the loop sleeps beside " + inbound.size() + " task(s): a wake-up is lost");
        }
    }

    /** Nothing is returned, so there is no order to compare: the validation is the test. */
    public static class Anything {

        public void post() {}

        public void wakeUp() {}

        public void sleep() {}
    }

    @Test
    void modelChecking() {
        new ModelCheckingOptions()
                .sequentialSpecification(Anything.class)
                .iterations(20)
                .invocationsPerIteration(500)
                .threads(2)
                .actorsPerThread(2)
                // A post afterwards would wake the loop that another has left asleep.
                .actorsBefore(0)
                .actorsAfter(0)
                .check(SleepLincheckTest.class);
    }
}
