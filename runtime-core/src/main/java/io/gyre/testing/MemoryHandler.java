package io.gyre.testing;

import io.gyre.loop.Poller;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The poll phase in virtual time: runs what the network delivers, and moves the clock instead of sleeping. */
final class MemoryHandler implements IoHandler {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryHandler.class);

    private final VirtualTime time;
    private final Deliveries deliveries;
    private final Poller.Context loop;
    private final Set<Registration> registrations = new LinkedHashSet<>();
    private volatile @Nullable Thread sleeper;

    MemoryHandler(VirtualTime time, Deliveries deliveries, Poller.Context loop) {
        this.time = time;
        this.deliveries = deliveries;
        this.loop = loop;
    }

    @Override
    public int run(IoHandlerContext context) {
        int delivered = deliveries.runDue(time.nanoTime());
        return delivered != 0 || !context.canBlock() ? delivered : idle(context);
    }

    private int idle(IoHandlerContext context) {
        if (loop.activeRequests() != 0) {
            sleep(context);
            return 0;
        }
        long now = time.nanoTime();
        long next = Math.min(context.delayNanos(now), deliveries.nanosToNext(now));
        boolean awaited = loop.activeTimers() != 0 || !deliveries.isEmpty();
        if (time.idle(next == Long.MAX_VALUE ? -1 : next, awaited)) {
            return 1;
        }
        if (!time.canJump(next)) {
            sleep(context);
            return 0;
        }
        time.jump(next);
        return deliveries.runDue(time.nanoTime());
    }

    /** Really waits: for another thread, or for a request that is under way. */
    private void sleep(IoHandlerContext context) {
        Thread self = Thread.currentThread();
        sleeper = self;
        boolean interrupted = false;
        try {
            while (context.canBlock()) {
                LockSupport.park(this);
                if (self.isInterrupted()) {
                    time.interrupted();
                    // Without its status, which would keep it from being parked again.
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            sleeper = null;
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    @Override
    public void wakeup() {
        LockSupport.unpark(sleeper);
    }

    @Override
    public IoRegistration register(IoHandle handle) {
        Registration registration = new Registration(handle);
        registrations.add(registration);
        handle.registered();
        return registration;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return MemoryIoHandle.class.isAssignableFrom(handleType);
    }

    @Override
    public void prepareToDestroy() {
        for (Registration open : List.copyOf(registrations)) {
            try {
                open.handle.close();
            } catch (Exception e) {
                LOG.warn("closing {} failed", open.handle, e);
            }
        }
    }

    @Override
    public void destroy() {
        deliveries.clear();
    }

    @Override
    public String toString() {
        return "virtual time";
    }

    /** What channels of this transport register: a mark that Netty asks for. */
    @SuppressWarnings("try") // IoHandle.close() declares Exception
    interface MemoryIoHandle extends IoHandle {}

    /** What a channel is told. */
    enum Event implements IoEvent {
        READABLE,
        WRITABLE,
        CONNECTED,
        FAILED
    }

    /** A channel's place in the loop. Its events go through the loop's own handle, so that they are its callbacks. */
    final class Registration implements IoRegistration {

        private final IoHandle handle;

        private Registration(IoHandle handle) {
            this.handle = handle;
        }

        void tell(Event event) {
            if (isValid()) {
                handle.handle(this, event);
            }
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the interface says so
        public <T> T attachment() {
            throw new UnsupportedOperationException("a channel in memory has no attachment");
        }

        @Override
        public long submit(IoOps operations) {
            throw new UnsupportedOperationException("a channel in memory has no operations");
        }

        @Override
        public boolean isValid() {
            return registrations.contains(this);
        }

        @Override
        public boolean cancel() {
            if (!registrations.remove(this)) {
                return false;
            }
            handle.unregistered();
            return true;
        }
    }
}
