package io.gyre.stream;

import io.gyre.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a writable side from the end call to the finish event: all is written, then the final step, then prefinish,
 * then finish, each as soon as nothing is owed any more. Confined to the loop's thread.
 */
final class WritableEnding {

    private final WritableState<?> side;
    private final StreamLifecycle life;
    private final EventLoop loop;
    private final WritableState.FinalStep finalStep;
    private final Runnable afterFinish;
    private final List<Callback> endCallbacks = new ArrayList<>();

    /** End was called, and has returned. */
    private boolean ended;

    private boolean inFinal;
    private boolean finalCalled;
    private boolean prefinished;
    private boolean finished;

    WritableEnding(WritableState<?> side, WritableState.FinalStep finalStep, Runnable afterFinish) {
        this.side = side;
        this.life = side.life;
        this.loop = side.life.loop;
        this.finalStep = finalStep;
        this.afterFinish = afterFinish;
    }

    /** For a stream that has no writable side. */
    void disable() {
        side.ending = true;
        ended = true;
        finished = true;
    }

    /**
     * Ends the side.
     *
     * @param refused what the last chunk failed with, if it did
     */
    void end(@Nullable Throwable refused, @Nullable Callback callback) {
        Throwable error = refused;
        if (error != null) {
            // The write has told it.
        } else if (!side.ending && life.errored() == null) {
            side.ending = true;
            finishMaybe(true);
            ended = true;
        } else if (finished) {
            error = StreamException.alreadyFinished("end");
        } else if (life.isDestroyed()) {
            error = StreamException.destroyed("end");
        }
        if (callback != null) {
            tellEnd(callback, error == null ? life.errored() : error);
        }
    }

    private void tellEnd(Callback callback, @Nullable Throwable error) {
        if (error != null) {
            loop.nextTick(() -> callback.call(error));
        } else if (finished) {
            loop.nextTick(callback::done);
        } else {
            endCallbacks.add(callback);
        }
    }

    private boolean mayFinish() {
        return side.ending
                && !finished
                && side.isIdle()
                && life.isConstructed()
                && !life.isDestroyedOrErrored()
                && !life.isErrorEmitted()
                && !life.isCloseEmitted();
    }

    /** Goes on if end was called and nothing stands in the way. */
    void finishMaybe(boolean inATick) {
        if (!mayFinish()) {
            return;
        }
        callFinal();
        if (side.owesCallbacks()) {
            return;
        }
        if (inATick) {
            side.owe(1);
            loop.nextTick(() -> {
                if (mayFinish()) {
                    finish();
                } else {
                    side.owe(-1);
                }
            });
        } else if (mayFinish()) {
            side.owe(1);
            finish();
        }
    }

    private void callFinal() {
        if (prefinished || finalCalled) {
            return;
        }
        finalCalled = true;
        inFinal = true;
        side.owe(1);
        boolean taken = true;
        try {
            taken = finalStep.end(this::finalDone);
        } catch (Exception e) {
            finalDone(e);
        } finally {
            inFinal = false;
        }
        if (!taken) {
            side.owe(-1);
            prefinished = true;
            Listeners.run(side.prefinishListeners);
        }
    }

    private void finalDone(@Nullable Throwable error) {
        life.checkThread("the final step's callback");
        if (prefinished) {
            life.fail(error == null ? StreamException.multipleCallback() : error, false);
            return;
        }
        side.owe(-1);
        if (error != null) {
            callEndCallbacks(error);
            life.fail(error, inFinal);
        } else if (mayFinish()) {
            prefinished = true;
            Listeners.run(side.prefinishListeners);
            side.owe(1);
            loop.nextTick(this::finish);
        }
    }

    private void finish() {
        side.owe(-1);
        finished = true;
        callEndCallbacks(null);
        Listeners.run(side.finishListeners);
        afterFinish.run();
    }

    void callEndCallbacks(@Nullable Throwable error) {
        if (endCallbacks.isEmpty()) {
            return;
        }
        List<Callback> told = new ArrayList<>(endCallbacks);
        endCallbacks.clear();
        for (Callback callback : told) {
            callback.call(error);
        }
    }

    // ---- state

    boolean hasCallbacks() {
        return !endCallbacks.isEmpty();
    }

    boolean isEndCalled() {
        return ended;
    }

    boolean isFinished() {
        return finished;
    }
}
