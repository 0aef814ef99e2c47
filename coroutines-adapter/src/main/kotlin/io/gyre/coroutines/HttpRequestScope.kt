package io.gyre.coroutines

/**
 * The scope of a request that a server of [createServer] answers.
 *
 * What is launched in it is part of the request: it is cancelled with it, and if it fails, so does the request.
 */
public interface HttpRequestScope : LoopScope {
    /**
     * The scope of the connection that the request came on, between the server's and the request's: for what outlives the
     * request, but not its client. On the loop's thread.
     *
     * It is the same in all requests of a connection. What is launched in it is cancelled when the connection is closed;
     * if it fails, that harms nobody else. Cancelling the scope closes the connection and cancels its requests.
     *
     * @sample io.gyre.coroutines.samples.connectionSample
     */
    public val connection: LoopScope
}
