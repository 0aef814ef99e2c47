package io.gyre.loop;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoOps;
import org.jspecify.annotations.Nullable;

/**
 * A registration with epoll that does not tell the kernel at once when its channel stops to read.
 *
 * <p>A channel that reads on demand stops after each read and starts again for the next, a system call each. Most often
 * nothing arrives in between, so the kernel need not know. If something does, that event is held back and the kernel is
 * told then; epoll is level-triggered and reports it again once the channel reads.
 */
final class EpollRegistration implements IoRegistration {

    private final IoRegistration kernel;

    /** What the channel wants to hear of. Guarded by this, as is the next. */
    private EpollIoOps wanted = EpollIoOps.NONE;

    /** What the kernel reports: what is wanted, or that and {@code EPOLLIN}. */
    private EpollIoOps armed = EpollIoOps.NONE;

    EpollRegistration(IoRegistration kernel) {
        this.kernel = kernel;
    }

    @Override
    public synchronized long submit(IoOps ops) {
        EpollIoOps now = (EpollIoOps) ops;
        if (!isEnoughFor(now)) {
            return arm(now);
        }
        wanted = now;
        return now.value();
    }

    private boolean isEnoughFor(EpollIoOps now) {
        return now.value() != EpollIoOps.NONE.value()
                && !now.contains(EpollIoOps.EPOLLET)
                && (now.value() == armed.value()
                        || now.value() == armed.without(EpollIoOps.EPOLLIN).value())
                && kernel.isValid();
    }

    private long arm(EpollIoOps now) {
        long result = kernel.submit(now);
        wanted = now;
        armed = now;
        return result;
    }

    /** Returns what of an event the channel wants to hear of; null if nothing. */
    synchronized @Nullable EpollIoEvent wanted(EpollIoEvent event) {
        if (!event.ops().contains(EpollIoOps.EPOLLIN)
                || wanted.contains(EpollIoOps.EPOLLIN)
                || !armed.contains(EpollIoOps.EPOLLIN)) {
            return event;
        }
        arm(wanted);
        EpollIoOps rest = event.ops().without(EpollIoOps.EPOLLIN);
        return rest.value() == EpollIoOps.NONE.value() ? null : new Rest(rest);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Netty declares it so
    public <T> T attachment() {
        return kernel.attachment();
    }

    @Override
    public boolean isValid() {
        return kernel.isValid();
    }

    @Override
    public boolean cancel() {
        return kernel.cancel();
    }

    private record Rest(EpollIoOps ops) implements EpollIoEvent {}
}
