package io.gyre.http;

/**
 * Answers the requests of a server.
 *
 * <p>Called on the loop's thread when the head of a request has arrived, and on one connection only when the request
 * before it has been answered. What it throws becomes a 500 answer if no head was sent yet, else the connection is
 * destroyed; then the error goes to the loop's error policy.
 */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Answers one request, now or later.
     *
     * @param request the request; its body arrives as a stream
     * @param response to be ended, once
     * @throws Exception becomes a 500 answer
     */
    void handle(IncomingMessage request, ServerResponse response) throws Exception;
}
