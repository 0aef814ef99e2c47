package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingTest {

    private final Ring<Runnable> queue = new Ring<>();

    private record Numbered(int number) implements Runnable {

        @Override
        public void run() {}
    }

    @Test
    void is_empty_at_first() {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.size()).isZero();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void gives_out_in_order_what_it_took_whatever_its_size_and_wherever_its_head() {
        Random random = new Random(42);
        ArrayDeque<Runnable> model = new ArrayDeque<>();
        for (int round = 0, number = 0; round < 2_000; round++) {
            for (int adds = random.nextInt(20); adds > 0; adds--) {
                Runnable task = new Numbered(number++);
                queue.add(task);
                model.add(task);
            }
            // More comes in than goes out at first, so that the ring grows while its head is anywhere.
            for (int polls = random.nextInt(round < 1_000 ? 16 : 32); polls > 0; polls--) {
                assertThat(queue.poll()).isSameAs(model.poll());
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
        while (!model.isEmpty()) {
            assertThat(queue.poll()).isSameAs(model.poll());
        }
        assertThat(queue.poll()).isNull();
    }

    @Test
    void loses_nothing_when_the_ring_is_made_anew() {
        int waiting = 3;
        int turns = 200_000;
        for (int i = 0; i < waiting; i++) {
            queue.add(new Numbered(i));
        }
        // The ring is never empty, and goes round more often than it lives.
        for (int i = waiting; i < turns; i++) {
            queue.add(new Numbered(i));
            assertThat(queue.poll()).isEqualTo(new Numbered(i - waiting));
            assertThat(queue.size()).isEqualTo(waiting);
        }
    }

    @Test
    void forgets_everything_when_cleared() {
        for (int i = 0; i < 300; i++) {
            queue.add(new Numbered(i));
        }
        queue.clear();
        assertThat(queue.poll()).isNull();
        Runnable task = new Numbered(1);
        queue.add(task);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.poll()).isSameAs(task);
    }
}
