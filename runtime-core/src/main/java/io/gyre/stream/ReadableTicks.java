package io.gyre.stream;

import io.gyre.loop.EventLoop;

/**
 * The ticks in which a readable side tells that there is something to read. Node plans one for every chunk that a source
 * pushes from within its read step, and most find nothing to do. Those that would run in a row are one here, and what
 * they would do is done as often as it makes a difference. Confined to the loop's thread.
 */
final class ReadableTicks {

    private final ReadableState<?> side;
    private final EventLoop loop;

    /** Planned last. */
    private Tick last = new Tick();

    ReadableTicks(ReadableState<?> side) {
        this.side = side;
        this.loop = side.life.loop;
    }

    void plan() {
        Tick tick = last;
        if (tick.times > 0) {
            if (loop.isLastTick(tick)) {
                tick.times++;
                return;
            }
            tick = new Tick();
            last = tick;
        }
        tick.times = 1;
        loop.nextTick(tick);
    }

    private final class Tick implements Runnable {

        /** How many ticks it stands for; 0 if it does not wait. */
        private int times;

        @Override
        public void run() {
            int left = times;
            times = 0;
            do {
                left--;
                runOne(left);
            } while (left > 0 && !side.isSettled());
        }

        private void runOne(int left) {
            boolean thrown = true;
            try {
                side.readableTick();
                thrown = false;
            } finally {
                if (thrown && left > 0) {
                    runLater(left);
                }
            }
        }

        /** A listener threw, which ends the drain: the next one goes on. */
        private void runLater(int left) {
            Tick rest = new Tick();
            rest.times = left;
            loop.nextTick(rest);
        }
    }
}
