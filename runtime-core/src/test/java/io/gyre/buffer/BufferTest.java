package io.gyre.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferTest {

    @Test
    void fromCopiesAndWrapShares() {
        byte[] bytes = {1, 2, 3};
        Buffer copy = Buffer.from(bytes);
        Buffer view = Buffer.wrap(bytes);
        bytes[0] = 9;
        assertThat(copy.get(0)).isEqualTo((byte) 1);
        assertThat(view.get(0)).isEqualTo((byte) 9);
        assertThat(copy.toByteArray()).containsExactly(1, 2, 3);
    }

    @Test
    void slicesShareAndStayWithinTheirBounds() {
        Buffer text = Buffer.utf8("hello world");
        Buffer world = text.slice(6);
        assertThat(world.toString()).isEqualTo("world");
        assertThat(world.slice(1, 3).toString()).isEqualTo("or");
        assertThat(world.length()).isEqualTo(5);
        assertThatThrownBy(() -> world.get(5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> world.slice(2, 6)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(text.slice(3, 3)).isSameAs(Buffer.empty());
    }

    @Test
    void equalsAndComparesByContent() {
        Buffer part = Buffer.utf8("xabcx").slice(1, 4);
        assertThat(part).isEqualTo(Buffer.utf8("abc")).hasSameHashCodeAs(Buffer.utf8("abc"));
        assertThat(part).isNotEqualTo(Buffer.utf8("abd"));
        assertThat(part.compareTo(Buffer.utf8("ab"))).isPositive();
        assertThat(Buffer.wrap(new byte[] {(byte) 0x80}).compareTo(Buffer.wrap(new byte[] {0x7f})))
                .isPositive();
    }

    @Test
    void decodesInTheCharsetAsked() {
        assertThat(Buffer.from("é", StandardCharsets.ISO_8859_1).length()).isEqualTo(1);
        assertThat(Buffer.from("é", StandardCharsets.ISO_8859_1).toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("é");
        assertThat(Buffer.utf8("é").length()).isEqualTo(2);
    }

    @Test
    void byteBufferIsAReadOnlyViewOfThePart() {
        ByteBuffer view = Buffer.utf8("xabx").slice(1, 3).asByteBuffer();
        assertThat(view.isReadOnly()).isTrue();
        assertThat(view.remaining()).isEqualTo(2);
        assertThat(view.get()).isEqualTo((byte) 'a');
    }

    @Test
    void copiesANettyBufferAndLeavesItAlone() {
        ByteBuf pooled = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(new byte[] {0, 7, 8});
        try {
            pooled.readByte();
            Buffer copy = Buffer.copyOf(pooled);
            assertThat(pooled.readableBytes()).isEqualTo(2);
            assertThat(pooled.refCnt()).isEqualTo(1);
            assertThat(copy.toByteArray()).containsExactly(7, 8);
        } finally {
            pooled.release();
        }
    }

    @Test
    void nettyViewsNeedNoRelease() {
        Buffer bytes = Buffer.utf8("xabx").slice(1, 3);
        ByteBuf view = bytes.asByteBuf();
        assertThat(view.readableBytes()).isEqualTo(2);
        assertThat(view.toString(StandardCharsets.UTF_8)).isEqualTo("ab");
        view.release();
        assertThat(bytes.asByteBuf().toString(StandardCharsets.UTF_8)).isEqualTo("ab");
    }

    @Test
    void joinsParts() {
        assertThat(Buffer.concat(List.of(Buffer.utf8("ab"), Buffer.empty(), Buffer.utf8("c"))))
                .isEqualTo(Buffer.utf8("abc"));
        assertThat(Buffer.concat(List.of()).isEmpty()).isTrue();
    }

    @Test
    void transferReleasesTheNettyBufferOnEveryPath() {
        ByteBuf pooled = PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(new byte[] {7, 8});
        assertThat(Buffer.transferFrom(pooled).toByteArray()).containsExactly(7, 8);
        assertThat(pooled.refCnt()).isZero();
        ByteBuf failing = new UnreadableBytes();
        assertThatThrownBy(() -> Buffer.transferFrom(failing)).hasMessage("cannot be read");
        assertThat(failing.refCnt()).isZero();
    }

    /** A heap buffer that fails to be copied. */
    private static final class UnreadableBytes extends UnpooledHeapByteBuf {

        UnreadableBytes() {
            super(UnpooledByteBufAllocator.DEFAULT, 2, 2);
            writeZero(2);
        }

        @Override
        public ByteBuf getBytes(int index, byte[] target, int at, int length) {
            throw new IllegalStateException("cannot be read");
        }
    }

    @Test
    void wrapsHeapByteBuffersOnly() {
        ByteBuffer heap = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2);
        Buffer view = Buffer.wrap(heap);
        view.set(0, 9);
        assertThat(view.length()).isEqualTo(2);
        assertThat(heap.get(1)).isEqualTo((byte) 9);
        assertThatThrownBy(() -> Buffer.wrap(ByteBuffer.allocateDirect(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("direct");
        assertThatThrownBy(() -> Buffer.wrap(heap.asReadOnlyBuffer()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("read-only");
        assertThat(Buffer.copyOf(ByteBuffer.allocateDirect(3)).length()).isEqualTo(3);
    }

    @Test
    void writesThroughOneViewAreSeenThroughTheOthers() {
        Buffer whole = Buffer.alloc(4);
        whole.slice(1, 3).fill(7);
        assertThat(whole.toByteArray()).containsExactly(0, 7, 7, 0);
        whole.asWritableByteBuffer().put(3, (byte) 5);
        assertThat(whole.get(3)).isEqualTo((byte) 5);
    }

    @Test
    void copiesWithinTheSameMemory() {
        Buffer bytes = Buffer.utf8("abcdef");
        assertThat(bytes.copyTo(bytes, 2)).isEqualTo(4);
        assertThat(bytes.toString()).isEqualTo("ababcd");
    }

    @Test
    void placesOutsideAreNamed() {
        Buffer bytes = Buffer.alloc(8);
        assertThatThrownBy(() -> bytes.readInt32LE(6))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("readInt32LE of 4 bytes at offset 6 is outside of a buffer of length 8");
        assertThatThrownBy(() -> bytes.readDoubleBE(Integer.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.readUIntBE(0, 7)).hasMessage("readUIntBE takes a width of 1 to 6 bytes, not 7");
        assertThatThrownBy(() -> bytes.writeUInt8(256, 0))
                .hasMessage("writeUInt8 takes a value from 0 to 255, not 256");
        assertThatThrownBy(() -> bytes.write("x", 9)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> bytes.set(8, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Buffer.alloc(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Encoding.of("utf7")).hasMessage("unknown encoding: utf7");
    }

    @Test
    void longNeedlesAreFoundInLinearTime() {
        // Comparing at every place would take about 250,000,000,000 steps.
        Buffer hay = Buffer.wrap(new byte[1_000_000]);
        byte[] bytes = new byte[500_000];
        bytes[250_000] = 1;
        Buffer needle = Buffer.wrap(bytes);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            assertThat(hay.indexOf(needle, 0)).isEqualTo(-1);
            assertThat(hay.lastIndexOf(needle, hay.length())).isEqualTo(-1);
        });
        needle.copyTo(hay, 499_999);
        assertThat(hay.indexOf(needle, 0)).isEqualTo(499_999);
        assertThat(hay.lastIndexOf(needle, hay.length())).isEqualTo(499_999);
    }

    @Test
    void aByteIsFoundWhereverItIsAndWhateverSurroundsIt() {
        for (int length = 0; length < 40; length++) {
            for (int sought : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                // The neighbours that a search of eight at a time could take for it.
                for (int other : new int[] {sought - 1, sought + 1, sought ^ 0x80}) {
                    Buffer bytes = Buffer.wrap(new byte[length + 3], 3, length).fill(other);
                    assertThat(bytes.indexOf(sought, 0)).isEqualTo(-1);
                    for (int at = length - 1; at >= 0; at--) {
                        bytes.set(at, sought);
                        assertThat(bytes.indexOf(sought, 0)).isEqualTo(at);
                        assertThat(bytes.lastIndexOf(sought, length)).isEqualTo(length - 1);
                    }
                }
            }
        }
    }

    @Test
    void questionMarksAndLoneSurrogatesAreToldApart() {
        assertThat(Buffer.utf8("who? me?").toString()).isEqualTo("who? me?");
        assertThat(Buffer.utf8("?\ud800?").toString()).isEqualTo("?\ufffd?");
    }
}
