package io.gyre.benchmarks;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Timer;

/** The loop, started on a thread of its own. */
final class GyreContestant implements Contestant {

    final EventLoop loop = EventLoop.builder().daemon(true).build().start();

    @Override
    public Runnable post(Runnable task) {
        return () -> loop.execute(task);
    }

    @Override
    public Chain chain() {
        return new LoopChain() {
            @Override
            void next() {
                loop.nextTick(this);
            }
        };
    }

    Chain microtaskChain() {
        return new LoopChain() {
            @Override
            void next() {
                loop.queueMicrotask(this);
            }
        };
    }

    Chain immediateChain() {
        return new LoopChain() {
            @Override
            void next() {
                loop.setImmediate(this);
            }
        };
    }

    private abstract class LoopChain extends Chain {

        final EventLoop loop = GyreContestant.this.loop;

        @Override
        void begin() {
            loop.execute(this);
        }
    }

    @Override
    public Object setTimer(Runnable task, long delayMillis) {
        return loop.setTimeout(task, delayMillis);
    }

    @Override
    public void clearTimer(Object timer) {
        ((Timer) timer).clear();
    }

    @Override
    public void close() {
        loop.stop();
        loop.termination().join();
    }
}
