package app;

import io.gyre.http.HttpServer;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import kotlinx.coroutines.Dispatchers;
import reactor.core.publisher.Flux;

/** Uses each module of Gyre, and says what came of it. */
public final class Main {

    private Main() {}

    /** Runs a loop. */
    public static void main(String[] args) {
        say("core in " + EventLoop.class.getModule().getName());
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            HttpServer server = HttpServer.create(loop, (request, response) -> response.end("hello"));
            server.listen("localhost", 0, () -> new Thread(() -> ask(loop, server)).start());
            Flux.just("flux")
                    .delayElements(Duration.ofMillis(1), LoopSchedulers.from(loop))
                    .subscribe(word -> say(word + (loop.inEventLoop() ? " on the loop" : " elsewhere")));
            say("main in " + Dispatchers.getMain().getClass().getModule().getName());
        });
        say("ended");
    }

    private static void ask(EventLoop loop, HttpServer server) {
        try (Socket socket = new Socket("localhost", server.address().getPort())) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
            String answer = new String(socket.getInputStream().readAllBytes());
            say(answer.substring(0, answer.indexOf('\r')));
        } catch (IOException e) {
            say("no answer: " + e);
        }
        loop.execute(server::close);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
