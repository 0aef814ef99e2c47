package io.gyre.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * The Netty face of a connection: parses requests and passes the channel's events on.
 *
 * <p>It hands each part to its connection directly rather than through the pipeline, and it stops in the middle of its
 * input while the connection takes none: what a client sends ahead stays unparsed, and at most one read of it is held.
 */
final class RequestParser extends HttpRequestDecoder {

    private final Connection connection;
    private final HeadGrammar grammar = new HeadGrammar();

    RequestParser(Connection connection, HttpDecoderConfig limits) {
        super(limits);
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (connection.isDiscarding()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!connection.takesInput()) {
            connection.hold();
            return;
        }
        super.decode(ctx, in, out);
        int size = out.size();
        if (size == 0) {
            connection.partOfHead();
            return;
        }
        Object first = out.get(0);
        if (first instanceof HttpRequest head) {
            connection.head(head, size == 2 && out.get(1) == LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            for (int i = 0; i < size; i++) {
                connection.content((HttpContent) out.get(i));
            }
        }
        out.clear();
    }

    @Override
    protected HttpMessage createMessage(String[] requestLine) throws Exception {
        grammar.requestLine(requestLine[0], requestLine[1], requestLine[2]);
        return super.createMessage(requestLine);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        grammar.field(name);
        return name;
    }

    /** The end of the connection ends nothing well: a request is complete before it, or never. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        in.skipBytes(in.readableBytes());
    }

    /** Whether input is held that was not parsed yet. */
    boolean holdsInput() {
        return actualReadableBytes() > 0;
    }

    /** Parses on after a stop. */
    void parseOn(ChannelHandlerContext ctx) throws Exception {
        channelRead(ctx, Unpooled.EMPTY_BUFFER);
        channelReadComplete(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection.opened();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        connection.beginRead();
        super.channelRead(ctx, input);
    }

    /** Not the decoder's: it would ask for more while the connection is to be left alone. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        connection.endRead();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        connection.closed();
        super.channelInactive(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.writabilityChanged();
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound side of it is not deprecated
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.failed(cause);
    }
}
