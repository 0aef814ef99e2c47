package io.gyre.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlabTest {

    @Test
    void smallBuffersOfALoopShareSlabs() {
        List<Buffer> small = onALoop(10, 10);
        assertThat(small.get(1).array).isSameAs(small.get(0).array).hasSize(Slab.SIZE);
        assertThat(small.get(1).offset - small.get(0).offset).isEqualTo(16);
    }

    @Test
    void buffersOfHalfASlabHaveMemoryOfTheirOwn() {
        List<Buffer> buffers = onALoop(Slab.LIMIT - 1, Slab.LIMIT);
        assertThat(buffers.get(0).array).hasSize(Slab.SIZE);
        assertThat(buffers.get(1).array).hasSize(Slab.LIMIT);
    }

    @Test
    void noByteIsHandedOutTwice() {
        int[] sizes = new int[4_000];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i * 37 % 300;
        }
        List<Buffer> all = onALoop(sizes);
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).length()).isEqualTo(sizes[i]);
            assertThat(all.get(i)).isEqualTo(Buffer.wrap(new byte[sizes[i]]));
            all.get(i).fill(i);
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).isEqualTo(Buffer.wrap(new byte[sizes[i]]).fill(i));
        }
        assertThat(all.stream().map(b -> b.offset)).allMatch(offset -> offset % 8 == 0);
    }

    @Test
    void loopsDoNotShareSlabsAndOtherThreadsHaveNone() {
        assertThat(onALoop(10).get(0).array).isNotSameAs(onALoop(10).get(0).array);
        assertThat(Buffer.alloc(10).array).hasSize(10);
    }

    @Test
    void copiesAreCutFromSlabsToo() {
        List<Buffer> made = new ArrayList<>();
        EventLoop.create().run(() -> {
            made.add(Buffer.from(new byte[3]));
            made.add(Buffer.concat(List.of(made.get(0), made.get(0))));
        });
        assertThat(made.get(1).array).isSameAs(made.get(0).array);
    }

    private static List<Buffer> onALoop(int... sizes) {
        List<Buffer> made = new ArrayList<>();
        EventLoop.create().run(() -> {
            for (int size : sizes) {
                made.add(Buffer.alloc(size));
            }
        });
        return made;
    }
}
