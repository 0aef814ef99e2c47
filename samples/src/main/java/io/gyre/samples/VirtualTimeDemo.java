package io.gyre.samples;

import io.gyre.loop.EventLoop;
import io.gyre.testing.VirtualTime;
import java.time.Duration;

/** A program that waits for hours, tested in no time. */
public final class VirtualTimeDemo {

    private VirtualTimeDemo() {}

    public static void main(String[] args) {
        wholeProgram();
        stepByStep();
    }

    private static void wholeProgram() {
        // docs: begin program
        VirtualTime time = new VirtualTime();
        EventLoop loop = time.builder().build();
        int code = loop.run(() -> {
            loop.setTimeout(() -> say(time, "the next day"), Duration.ofDays(1).toMillis());
            loop.setTimeout(
                    () -> say(time, "an hour later"), Duration.ofHours(1).toMillis());
            loop.setImmediate(() -> say(time, "at once"));
        });
        say(time, "exit code " + code);
        // docs: end program
    }

    private static void stepByStep() {
        // docs: begin steps
        VirtualTime time = new VirtualTime();
        try (VirtualTime.Rig rig = time.drive()) {
            EventLoop loop = rig.loop();
            rig.run(() -> {
                loop.setTimeout(() -> say(time, "timeout"), 10);
                say(time, "set");
                loop.nextTick(() -> say(time, "tick"));
            });
            rig.advanceTimeBy(Duration.ofMillis(9));
            say(time, "not yet");
            rig.advanceTimeBy(Duration.ofMillis(1));
            say(time, "anything left: " + rig.turn());
        }
        // docs: end steps
    }

    private static void say(VirtualTime time, String what) {
        System.out.println(Duration.ofNanos(time.nanoTime()) + " " + what);
    }
}
