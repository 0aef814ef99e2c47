package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InboundTest {

    private final Inbound inbound = new Inbound("inbound");

    @Test
    void a_wake_up_without_a_task_ends_the_announced_sleep() {
        inbound.sleeping();
        assertThat(inbound.maySleep()).isTrue();
        inbound.wakeUp();
        assertThat(inbound.maySleep()).isFalse();
    }

    @Test
    void a_task_that_came_before_the_announcement_forbids_the_sleep() {
        inbound.post(() -> {});
        inbound.sleeping();
        assertThat(inbound.maySleep()).isFalse();
    }
}
