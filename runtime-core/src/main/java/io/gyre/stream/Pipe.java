package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One readable stream feeding one writable stream. Confined to the loop's thread. */
final class Pipe<T> implements Consumer<T> {

    private final Readable<T> source;
    private final ReadableState<T> from;
    final Writable<? super T> destination;
    private final WritableState<? super T> to;

    /** Whether writing to the destination is writing to its state, and nothing else. */
    private final boolean direct;

    private final List<Registration> registrations = new ArrayList<>();
    private @Nullable Registration onFinish;
    private @Nullable Registration onClose;
    private @Nullable Registration onError;
    private @Nullable Registration onDrain;
    private boolean gone;

    Pipe(Readable<T> source, ReadableState<T> from, Writable<? super T> destination) {
        this.source = source;
        this.from = from;
        this.destination = destination;
        this.to = WritableState.of(destination);
        this.direct = !(destination instanceof ForwardingWritable);
    }

    void start(boolean end) {
        if (from.pipes.size() == 1) {
            from.multiAwaitDrain = true;
        }
        from.pipes.add(this);
        to.pipedFrom = from;
        Runnable atEnd = end ? destination::end : this::unpipe;
        if (from.isEndEmitted()) {
            from.life.loop.nextTick(atEnd);
        } else {
            registrations.add(from.endListeners.add(atEnd));
        }
        registrations.add(to.pipes.onUnpipe(this::unpiped));
        registrations.add(from.mode.onData(this));
        onError = to.life.errorListeners.addFirst(this::failed);
        onClose = to.life.closeListeners.add(() -> {
            remove(onFinish);
            unpipe();
        });
        onFinish = to.finishListeners.add(() -> {
            remove(onClose);
            unpipe();
        });
        to.pipes.emitPipe(source);
        if (to.isNeedDrain()) {
            holdBack();
        } else if (!from.flowing) {
            from.mode.resume();
        }
    }

    @Override
    public void accept(T chunk) {
        if (!(direct ? to.writeNow(chunk, null) : destination.write(chunk))) {
            holdBack();
        } else if (to.isWriting() && from.wouldPassLoan()) {
            // There is room for chunks yet; but what comes next can be lent when this one is written.
            to.needDrain();
            holdBack();
        }
    }

    /** Whether the destination takes such loans, now or when it has drained. */
    boolean feedsLoans(Loan.Kind kind) {
        return to.feedsLoans(kind);
    }

    /** Whether the destination would take a loan now. */
    boolean takesLoan(Loan.Kind kind) {
        return to.takesLoan(kind);
    }

    void acceptLoan(Loan loan) {
        if (!to.writeLoan(loan)) {
            holdBack();
        }
    }

    private void holdBack() {
        if (!gone) {
            if (from.pipes.size() == 1 && from.pipes.get(0).destination == destination) {
                from.awaitDrain.clear();
                from.awaitDrain.add(destination);
                from.multiAwaitDrain = false;
            } else if (from.pipes.stream().anyMatch(pipe -> pipe.destination == destination)) {
                from.awaitDrain.add(destination);
            }
            from.mode.pause();
        }
        if (onDrain == null) {
            onDrain = to.drainListeners.add(this::drained);
        }
    }

    private void drained() {
        from.awaitDrain.remove(destination);
        if (from.awaitDrain.isEmpty() && from.dataListening) {
            from.mode.resume();
        }
    }

    private void failed(Throwable error) {
        unpipe();
        remove(onError);
        if (to.life.errorListeners.isEmpty()) {
            if (to.life.isErrorEmitted()) {
                to.life.tellError(error);
            } else {
                to.life.fail(error, false);
            }
        }
    }

    private void unpipe() {
        source.unpipe(destination);
    }

    private void unpiped(Readable<?> readable, PipeNotices.Claim claim) {
        if (readable == source && !claim.taken) {
            claim.taken = true;
            cleanUp();
        }
    }

    private void cleanUp() {
        remove(onClose);
        remove(onFinish);
        remove(onDrain);
        remove(onError);
        registrations.forEach(Registration::remove);
        gone = true;
        if (to.pipedFrom == from) {
            to.pipedFrom = null;
        }
        // Whoever else is fed by the source must not wait for this one.
        if (onDrain != null && (from.multiAwaitDrain || !from.awaitDrain.isEmpty()) && to.needsDrain()) {
            drained();
        }
    }

    private static void remove(@Nullable Registration registration) {
        if (registration != null) {
            registration.remove();
        }
    }
}
