package io.gyre.testing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import org.jspecify.annotations.Nullable;

/** What ties a channel to the handler of its loop; it hears of nothing before it is registered. */
final class MemoryTie {

    private MemoryHandler.@Nullable Registration registration;

    static boolean isPossible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(MemoryHandler.MemoryIoHandle.class);
    }

    void register(Channel channel, ChannelPromise promise) {
        MemoryHandler.MemoryIoHandle handle = (MemoryHandler.MemoryIoHandle) channel.unsafe();
        ((IoEventLoop) channel.eventLoop()).register(handle).addListener(registered -> {
            if (registered.isSuccess()) {
                registration = (MemoryHandler.Registration) registered.getNow();
                promise.setSuccess();
            } else {
                promise.setFailure(registered.cause());
            }
        });
    }

    void deregister() {
        MemoryHandler.Registration present = registration;
        if (present != null) {
            registration = null;
            present.cancel();
        }
    }

    void tell(MemoryHandler.Event event) {
        MemoryHandler.Registration present = registration;
        if (present != null) {
            present.tell(event);
        }
    }
}
