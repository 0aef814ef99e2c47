package io.gyre.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
}
