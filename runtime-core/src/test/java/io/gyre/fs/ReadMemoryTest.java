package io.gyre.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadMemoryTest {

    private final EventLoop loop = EventLoop.create();
    private final ReadMemory memory = ReadMemory.of(loop);

    @AfterEach
    void end() {
        loop.run(() -> {});
    }

    @Test
    void belongs_to_a_loop_and_not_to_the_thread_that_made_it() {
        EventLoop other = EventLoop.create();
        assertThat(ReadMemory.of(loop)).isSameAs(memory);
        assertThat(ReadMemory.of(other)).isNotSameAs(memory);
        other.run(() -> {});
    }

    @Test
    void lends_no_piece_twice_and_stops_at_2_MiB() {
        List<ByteBuffer> lent = new ArrayList<>();
        ByteBuffer piece;
        while ((piece = memory.lend(ReadMemory.PIECE)) != null) {
            for (ByteBuffer before : lent) {
                assertThat(piece).isNotSameAs(before);
            }
            lent.add(piece);
        }
        assertThat(lent).hasSize(32);
        memory.giveBack(lent.get(7).position(5));
        assertThat(memory.lend(100))
                .isSameAs(lent.get(7))
                .extracting(ByteBuffer::remaining)
                .isEqualTo(100);
        assertThat(memory.lend(1)).isNull();
    }
}
