package io.gyre.stream.web;

/** Somebody who waits for the next chunk. One of these is called, once. */
interface ReadRequest<T> {

    void chunk(T chunk);

    void close();

    void error(Throwable reason);
}
