package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoOps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel is told of a channel that stops to read, and when. */
class EpollRegistrationTest {

    private final List<Integer> submitted = new ArrayList<>();
    private final List<Integer> expected = new ArrayList<>();
    private boolean cancelled;
    private EpollRegistration registration;
    private EpollIoOps idle;
    private EpollIoOps reading;

    @BeforeEach
    void open() {
        assumeThat(Epoll.isAvailable()).isTrue();
        idle = EpollIoOps.EPOLLRDHUP;
        reading = idle.with(EpollIoOps.EPOLLIN);
        registration = new EpollRegistration(new Kernel());
    }

    @Test
    void a_channel_that_reads_on_demand_needs_one_system_call() {
        submit(idle);
        submit(reading);
        assertSubmitted(idle, reading);

        submit(idle);
        submit(reading);
        submit(idle);
        assertSubmitted();
    }

    @Test
    void what_arrives_meanwhile_is_held_back_and_the_kernel_told() {
        submit(reading);
        submit(idle);
        assertSubmitted(reading);

        assertThat(registration.wanted(event(EpollIoOps.EPOLLIN))).isNull();
        assertSubmitted(idle);
        submit(reading);
        assertSubmitted(reading);
        assertThat(ops(registration.wanted(event(EpollIoOps.EPOLLIN)))).isEqualTo(EpollIoOps.EPOLLIN);
        assertSubmitted();
    }

    @Test
    void the_end_of_the_other_side_is_heard_without_what_came_before_it() {
        submit(reading);
        submit(idle);
        assertSubmitted(reading);

        EpollIoEvent ended = registration.wanted(event(EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP)));
        assertThat(ops(ended)).isEqualTo(EpollIoOps.EPOLLRDHUP);
        assertSubmitted(idle);
    }

    @Test
    void every_other_change_is_told_at_once() {
        submit(reading);
        submit(idle);
        submit(idle.with(EpollIoOps.EPOLLOUT));
        submit(idle);
        submit(EpollIoOps.NONE);
        assertSubmitted(reading, idle.with(EpollIoOps.EPOLLOUT), idle, EpollIoOps.NONE);
    }

    @Test
    void an_edge_triggered_registration_is_told_every_time() {
        EpollIoOps edge = reading.with(EpollIoOps.EPOLLET);
        submit(edge);
        submit(edge);
        assertSubmitted(edge, edge);
    }

    @Test
    void a_cancelled_registration_takes_nothing() {
        submit(reading);
        registration.cancel();

        assertThat(registration.isValid()).isFalse();
        assertThat(registration.submit(idle)).isEqualTo(-1);
    }

    private void submit(EpollIoOps ops) {
        assertThat(registration.submit(ops)).isEqualTo(ops.value());
    }

    /** Compares what was submitted since the last comparison. */
    private void assertSubmitted(EpollIoOps... since) {
        for (EpollIoOps ops : since) {
            expected.add(ops.value());
        }
        assertThat(submitted).isEqualTo(expected);
    }

    private static EpollIoEvent event(EpollIoOps ops) {
        return () -> ops;
    }

    private static EpollIoOps ops(EpollIoEvent event) {
        assertThat(event).isNotNull();
        return event.ops();
    }

    private final class Kernel implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // Netty declares it so
        public <T> T attachment() {
            return null;
        }

        @Override
        public long submit(IoOps ops) {
            if (cancelled) {
                return -1;
            }
            int value = ((EpollIoOps) ops).value();
            submitted.add(value);
            return value;
        }

        @Override
        public boolean isValid() {
            return !cancelled;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return true;
        }
    }
}
