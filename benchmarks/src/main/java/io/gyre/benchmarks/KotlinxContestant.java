package io.gyre.benchmarks;

import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.ExecutorCoroutineDispatcher;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.ThreadPoolDispatcherKt;

/** A dispatcher of kotlinx.coroutines with one thread; its timers are coroutines that delay. */
final class KotlinxContestant implements Contestant {

    final ExecutorCoroutineDispatcher dispatcher = ThreadPoolDispatcherKt.newSingleThreadContext("kotlinx");
    private final DelayedTasks delayed = new DelayedTasks(dispatcher);

    @Override
    public Runnable post(Runnable task) {
        return () -> dispatcher.dispatch(EmptyCoroutineContext.INSTANCE, task);
    }

    @Override
    public Chain chain() {
        return new Chain() {
            @Override
            void begin() {
                dispatcher.dispatch(EmptyCoroutineContext.INSTANCE, this);
            }

            @Override
            void next() {
                dispatcher.dispatch(EmptyCoroutineContext.INSTANCE, this);
            }
        };
    }

    @Override
    public Object setTimer(Runnable task, long delayMillis) {
        return delayed.set(delayMillis, task);
    }

    @Override
    public void clearTimer(Object timer) {
        ((Job) timer).cancel(null);
    }

    @Override
    public void close() {
        dispatcher.close();
    }
}
