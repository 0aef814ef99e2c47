package io.gyre.testing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.Map;
import java.util.Set;

/** The options of a channel in memory: those of every channel, half-closure, and the kernel's, which mean nothing here. */
final class MemoryChannelConfig extends DefaultChannelConfig {

    private static final Set<ChannelOption<?>> OF_THE_KERNEL = Set.of(
            ChannelOption.SO_BACKLOG,
            ChannelOption.SO_REUSEADDR,
            ChannelOption.SO_KEEPALIVE,
            ChannelOption.SO_SNDBUF,
            ChannelOption.SO_RCVBUF,
            ChannelOption.SO_LINGER,
            ChannelOption.TCP_NODELAY);

    private final Runnable onReadNoMore;
    private boolean allowHalfClosure;

    MemoryChannelConfig(Channel channel, Runnable onReadNoMore) {
        super(channel);
        this.onReadNoMore = onReadNoMore;
    }

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        return getOptions(super.getOptions(), ChannelOption.ALLOW_HALF_CLOSURE);
    }

    @Override
    @SuppressWarnings("unchecked") // the option's type is known
    public <T> T getOption(ChannelOption<T> option) {
        return option.equals(ChannelOption.ALLOW_HALF_CLOSURE)
                ? (T) Boolean.valueOf(allowHalfClosure)
                : super.getOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
            allowHalfClosure = (Boolean) value;
            return true;
        }
        return OF_THE_KERNEL.contains(option) || super.setOption(option, value);
    }

    @Override
    protected void autoReadCleared() {
        onReadNoMore.run();
    }
}
