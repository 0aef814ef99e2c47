package io.gyre.http;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A server on a loop with a thread of its own, for a test that plays the client. */
final class RunningServer implements AutoCloseable {

    static final long TIMEOUT_SECONDS = 60;

    final EventLoop loop;
    final HttpServer server;
    final InetSocketAddress address;

    /** What reached the loop's error policy. */
    final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();

    final BlockingQueue<ClientException> clientErrors = new LinkedBlockingQueue<>();

    private RunningServer(EventLoop loop, UnaryOperator<HttpServerBuilder> options, RequestHandler handler)
            throws Exception {
        this.loop = loop.start();
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        loop.execute(() -> {
            loop.onUncaughtException((error, origin) -> uncaught.add(error));
            HttpServer made = options.apply(HttpServer.builder(loop)).create(handler);
            made.onClientError(clientErrors::add);
            made.onError(listening::completeExceptionally);
            made.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), () -> listening.complete(made));
        });
        server = listening.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        address = call(server::address);
    }

    static RunningServer start(RequestHandler handler) throws Exception {
        return start(options -> options, handler);
    }

    static RunningServer start(UnaryOperator<HttpServerBuilder> options, RequestHandler handler) throws Exception {
        return new RunningServer(EventLoop.create(), options, handler);
    }

    static RunningServer start(Transport transport, RequestHandler handler) throws Exception {
        return start(transport, options -> options, handler);
    }

    static RunningServer start(Transport transport, UnaryOperator<HttpServerBuilder> options, RequestHandler handler)
            throws Exception {
        return new RunningServer(EventLoop.builder().transport(transport).build(), options, handler);
    }

    RawClient connect() throws IOException {
        return new RawClient(address);
    }

    /** Runs something on the loop and returns what it returned. */
    <T> T call(java.util.concurrent.Callable<T> task) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return result.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    void run(Runnable task) throws Exception {
        call(() -> {
            task.run();
            return true;
        });
    }

    <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    @Override
    public void close() {
        if (!loop.termination().isDone()) {
            loop.execute(server::closeAllConnections);
        }
        loop.shutdown(Duration.ofSeconds(TIMEOUT_SECONDS))
                .orTimeout(2 * TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        if (!uncaught.isEmpty()) {
            throw new AssertionError("errors that no test asked for", uncaught.peek());
        }
    }
}
