package io.gyre.samples;

import io.gyre.buffer.Buffer;
import io.gyre.buffer.Encoding;
import io.gyre.buffer.StringDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Bytes: views, texts, numbers, and what comes from Netty. */
public final class Buffers {

    private Buffers() {}

    public static void main(String[] args) {
        views();
        texts();
        pieces();
        numbers();
        netty();
    }

    private static void views() {
        // docs: begin views
        Buffer line = Buffer.utf8("GET /index.html");
        Buffer path = line.slice(4);
        path.write("/INDEX", 0);
        say(line);
        say(line.subarray(-4, line.length()));
        say(line.indexOf("html") + ", " + line.includes("POST"));
        // docs: end views
    }

    private static void texts() {
        // docs: begin texts
        Buffer bytes = Buffer.from("68c3a9", Encoding.HEX);
        say(bytes + ", " + bytes.toString(Encoding.BASE64) + ", " + bytes.toString(Encoding.LATIN1));
        say(Buffer.from("not-base64!", Encoding.BASE64).toString(Encoding.HEX));
        // docs: end texts
    }

    private static void pieces() {
        // docs: begin pieces
        Buffer euro = Buffer.utf8("5 €");
        StringDecoder decoder = new StringDecoder(Encoding.UTF8);
        say("[" + decoder.write(euro.slice(0, 3)) + "] [" + decoder.write(euro.slice(3)) + "]");
        // docs: end pieces
    }

    private static void numbers() {
        // docs: begin numbers
        Buffer frame = Buffer.alloc(8);
        int at = frame.writeUInt8(1, 0);
        at = frame.writeUIntBE(1_000_000, at, 3);
        frame.writeFloatBE(1.5f, at);
        say(frame.toString(Encoding.HEX) + ", " + frame.readUIntBE(1, 3));
        try {
            frame.readInt32LE(6);
        } catch (IndexOutOfBoundsException e) {
            say(String.valueOf(e.getMessage()));
        }
        // docs: end numbers
    }

    private static void netty() {
        // docs: begin netty
        ByteBuf fromNetty = Unpooled.directBuffer().writeInt(42);
        Buffer ours = Buffer.transferFrom(fromNetty);
        say(ours.readInt32BE(0) + ", references left: " + fromNetty.refCnt());
        // docs: end netty
    }

    private static void say(Object what) {
        System.out.println(what);
    }
}
