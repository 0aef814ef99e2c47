package io.gyre.http;

import io.gyre.loop.Registration;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: which request is arriving, which response is due, and when to stop reading or to close.
 *
 * <p>Requests are answered one at a time. What a client sends ahead is left unparsed, and once there is some, nothing
 * more is read from the socket until the response is done. Confined to the loop's thread.
 */
final class Connection implements HttpConnection {

    final HttpServer server;
    final Channel channel;
    private final RequestParser parser;
    private final Patience patience;
    private final Runnable tick = this::tick;
    private @Nullable Output output;

    /** The server's list of connections. */
    @Nullable
    Connection previous;

    @Nullable
    Connection next;

    /** Whose body is arriving. */
    private @Nullable IncomingMessage request;

    /** Which is not done. */
    private @Nullable ServerResponse response;

    /** Within a batch of reads; what is written now is flushed when it ends. */
    private boolean reading;

    private boolean tickPlanned;

    /** Whether the socket is not read, because input waits. */
    private boolean held;

    /** Whether the connection closes when what it sends is sent; what still arrives is dropped. */
    private boolean ending;

    /** Whether everything is sent and only the client's end is waited for. */
    private boolean lingering;

    private boolean closed;

    private boolean lossTold;

    /** Made for the first listener. */
    private @Nullable List<Runnable> closeListeners;

    Connection(HttpServer server, Channel channel) {
        this.server = server;
        this.channel = channel;
        this.parser = new RequestParser(this, server.limits);
        this.patience = new Patience(server, channel);
    }

    RequestParser parser() {
        return parser;
    }

    Output output() {
        Output present = output;
        if (present == null) {
            present = new Output(context(), server);
            output = present;
        }
        return present;
    }

    private ChannelHandlerContext context() {
        return channel.pipeline().context(parser);
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    /** Whether ranges of files can be sent by reference. */
    boolean sendsRanges() {
        return channel.pipeline().get(SslHandler.class) == null;
    }

    // ---- from the parser

    void opened() {
        server.opened(this);
        patience.beginAgain();
    }

    void beginRead() {
        reading = true;
        patience.received();
    }

    void endRead() {
        reading = false;
        Output written = output;
        if (written != null && !ending && !closed) {
            written.flush();
        }
    }

    /** Whether what arrives is dropped. */
    boolean isDiscarding() {
        return ending || closed;
    }

    /** Whether the next part of the input may be parsed. */
    boolean takesInput() {
        IncomingMessage arriving = request;
        return arriving == null ? response == null : arriving.takesMore();
    }

    /** Stops to read the socket: input waits that nobody takes yet. */
    void hold() {
        if (!held) {
            held = true;
            channel.config().setAutoRead(false);
        }
    }

    /** Some input was parsed, and there was no end to it yet. */
    void partOfHead() {
        if (request == null) {
            patience.partOfHead();
        }
    }

    void head(HttpRequest head, boolean complete) {
        patience.head();
        DecoderResult result = head.decoderResult();
        if (!result.isSuccess()) {
            reject(ClientException.of(result.cause()));
            return;
        }
        RequestRules rules = RequestRules.of(head, complete);
        ClientException violation = rules.violation();
        if (violation != null) {
            reject(violation);
            return;
        }
        IncomingMessage incoming = new IncomingMessage(this, head, complete);
        ServerResponse outgoing = new ServerResponse(this, head, rules.keepsAlive() && !server.isClosing());
        request = complete ? null : incoming;
        response = outgoing;
        if (rules.expectsContinue()) {
            outgoing.awaitContinue();
            if (server.options.autoContinue) {
                outgoing.writeContinue();
            }
        }
        server.handle(incoming, outgoing);
    }

    /** Takes over the content. */
    void content(HttpContent content) {
        try {
            IncomingMessage arriving = request;
            if (arriving == null || isDiscarding()) {
                return;
            }
            DecoderResult result = content.decoderResult();
            if (!result.isSuccess()) {
                reject(ClientException.ofBody(result.cause()));
                return;
            }
            ByteBuf bytes = content.content();
            if (bytes.isReadable()) {
                arriving.received(bytes);
            }
            if (content instanceof LastHttpContent last && request == arriving) {
                request = null;
                patience.beginAgain();
                arriving.complete(last.trailingHeaders());
            }
        } finally {
            content.release();
        }
    }

    void writabilityChanged() {
        ServerResponse writing = response;
        if (writing != null && channel.isWritable()) {
            writing.drained();
        }
    }

    void failed(Throwable cause) {
        boolean lost = cause instanceof IOException;
        if (lost && !lossTold) {
            lossTold = true;
            server.clientError(new ClientException(0, "the connection was lost", cause));
        }
        channel.close();
        if (!lost) {
            server.options.loop.raise(cause);
        }
    }

    void closed() {
        if (closed) {
            return;
        }
        closed = true;
        Output unsent = output;
        if (unsent != null) {
            unsent.release();
        }
        IncomingMessage arriving = request;
        request = null;
        ServerResponse writing = response;
        response = null;
        if (arriving != null) {
            arriving.disconnected(new IOException("the client went away before its request was complete"));
        }
        if (writing != null) {
            writing.disconnected();
        }
        server.closed(this);
        List<Runnable> listeners = closeListeners;
        if (listeners != null) {
            listeners.forEach(server.options.loop::nextTick);
        }
    }

    @Override
    public Registration onClose(Runnable listener) {
        server.options.loop.checkThread("HttpConnection.onClose");
        Objects.requireNonNull(listener, "listener");
        List<Runnable> made = closeListeners;
        if (made == null) {
            made = new ArrayList<>(1);
            closeListeners = made;
        }
        List<Runnable> listeners = made;
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "HttpConnection(" + channel.remoteAddress() + ")";
    }

    // ---- from the request and the response

    /** The body of the request is being read, or is not wanted any more: go on with the input. */
    void wantsInput() {
        if (held && !closed) {
            planTick();
        }
    }

    /** Something was written that the end of the batch, or else the next tick, flushes. */
    void written() {
        patience.written();
        if (!reading) {
            planTick();
        }
    }

    /** Something was written that is on its way already. */
    void moved() {
        patience.written();
    }

    /** The response is complete. */
    void responded(boolean keepAlive) {
        response = null;
        if (closed) {
            return;
        }
        patience.beginAgain();
        if (!keepAlive || server.isClosing()) {
            end(false);
            return;
        }
        IncomingMessage unread = request;
        if (unread != null) {
            unread.dumpIfUnread();
        }
        written();
    }

    private void planTick() {
        if (!tickPlanned) {
            tickPlanned = true;
            server.options.loop.nextTick(tick);
        }
    }

    private void tick() {
        tickPlanned = false;
        if (closed || ending) {
            return;
        }
        Output written = output;
        if (written != null) {
            written.flush();
        }
        if ((held || parser.holdsInput()) && takesInput()) {
            resume();
        }
    }

    private void resume() {
        try {
            if (parser.holdsInput()) {
                parser.parseOn(context());
            }
        } catch (Exception e) {
            failed(e);
            return;
        }
        if (held && !closed && (ending || takesInput())) {
            held = false;
            channel.config().setAutoRead(true);
        }
    }

    // ---- the end

    /** Gives up a request: answers it if nothing was sent for it yet and there is an answer, and ends the connection. */
    private void reject(ClientException why) {
        server.clientError(why);
        ServerResponse failed = response;
        IncomingMessage arriving = request;
        response = null;
        request = null;
        boolean answer = why.statusCode() != 0 && (failed == null || !failed.headersSent());
        if (arriving != null) {
            arriving.disconnected(why);
        }
        if (failed != null) {
            failed.disconnected();
        }
        if (answer) {
            answer(why.statusCode());
        } else {
            destroy();
        }
    }

    private void answer(int status) {
        HeadEncoder head = output().encoder();
        head.begin(StatusLine.of(status));
        head.append(server.date.line());
        head.contentLength(0);
        head.append(ResponseHead.CONNECTION_CLOSE);
        head.end();
        output().add();
        end(true);
    }

    /**
     * Sends what is there and closes. While the client may still be sending, only the sending side is closed at first:
     * closing both would reset the connection and could destroy the answer on its way.
     */
    private void end(boolean mayStillSend) {
        if (ending) {
            return;
        }
        ending = true;
        boolean linger = mayStillSend || request != null;
        IncomingMessage unread = request;
        request = null;
        if (unread != null) {
            unread.dump();
        }
        output().flushAndThen(linger ? this::shutDown : ChannelFutureListener.CLOSE);
        if (held) {
            held = false;
            channel.config().setAutoRead(true);
        }
    }

    private void shutDown(ChannelFuture sent) {
        if (sent.isSuccess() && channel instanceof DuplexChannel duplex) {
            lingering = true;
            patience.beginAgain();
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }

    @Override
    public void destroy() {
        server.options.loop.checkThread("HttpConnection.destroy");
        ending = true;
        lossTold = true; // what waits to be sent fails now, and that is no news
        channel.close();
    }

    /** Whether nothing is under way. */
    boolean isIdle() {
        return response == null && request == null && !patience.isWithinHead() && !ending;
    }

    void closeIfIdle() {
        if (isIdle()) {
            destroy();
        }
    }

    /** Looks whether the client has taken too long. */
    void sweep() {
        if (patience.isInactive() && !isIdle()) {
            reject(ClientException.inactive(server.options.timeoutMillis));
        } else if (ending) {
            if (lingering && patience.isCloseLate()) {
                channel.close();
            }
        } else if (request != null) {
            if (patience.isRequestLate()) {
                reject(ClientException.timeout("the request"));
            }
        } else if (response == null) {
            sweepBetweenRequests();
        }
    }

    private void sweepBetweenRequests() {
        if (!patience.isWithinHead()) {
            if (patience.isIdleTooLong()) {
                channel.close();
            }
        } else if (patience.isHeadLate()) {
            reject(ClientException.timeout("the head of a request"));
        }
    }
}
