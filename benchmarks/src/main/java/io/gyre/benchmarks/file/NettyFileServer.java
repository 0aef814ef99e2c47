package io.gyre.benchmarks.file;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedNioFile;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Netty alone: the file through buffers, of Netty's 8 KiB or of 64 KiB, or as one region. */
public final class NettyFileServer {

    /** What Netty takes where nothing is said. */
    private static final int CHUNK = 8 * 1024;

    private static final int LARGE_CHUNK = 64 * 1024;

    private NettyFileServer() {}

    /**
     * Serves until it is killed. Takes io_uring where the system property {@code io_uring} is true.
     *
     * @param args port, file, and {@code chunked}, {@code chunked64k} or {@code region}
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        ServedFile file = ServedFile.of(args);
        boolean ring = Boolean.getBoolean("io_uring");
        IoHandlerFactory io = ring ? IoUringIoHandler.newFactory() : EpollIoHandler.newFactory();
        Class<? extends ServerChannel> type = ring ? IoUringServerSocketChannel.class : EpollServerSocketChannel.class;
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
        new ServerBootstrap()
                .group(group)
                .channel(type)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpServerCodec());
                        if (file.way().startsWith("chunked")) {
                            channel.pipeline().addLast(new ChunkedWriteHandler());
                        }
                        channel.pipeline().addLast(new Handler(file));
                    }
                })
                .bind(file.port())
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private static final class Handler extends SimpleChannelInboundHandler<HttpRequest> {

        private final ServedFile file;

        Handler(ServedFile file) {
            super(HttpRequest.class);
            this.file = file;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) throws IOException {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, ServedFile.CONTENT_TYPE)
                    .set(HttpHeaderNames.CONTENT_LENGTH, file.length());
            ctx.write(head);
            FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ);
            switch (file.way()) {
                case "chunked" -> sendChunks(ctx, new ChunkedNioFile(channel, CHUNK));
                case "chunked64k" -> sendChunks(ctx, new ChunkedNioFile(channel, LARGE_CHUNK));
                case "region" -> {
                    ctx.write(new DefaultFileRegion(channel, 0, file.length()));
                    ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
                            .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                }
                default -> throw file.unknownWay();
            }
        }

        private static void sendChunks(ChannelHandlerContext ctx, ChunkedNioFile chunks) {
            ctx.writeAndFlush(new HttpChunkedInput(chunks)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }
}
