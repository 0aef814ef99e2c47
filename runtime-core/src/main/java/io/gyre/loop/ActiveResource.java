package io.gyre.loop;

/**
 * Something that is open or under way on a loop.
 *
 * @param kind what it is: {@code Timeout}, {@code Immediate}, {@code Async}, a channel's class, a request's name
 * @param description which one it is
 * @param ref whether it keeps the loop alive
 * @see EventLoop#activeResources()
 */
public record ActiveResource(String kind, String description, boolean ref) {

    @Override
    public String toString() {
        return kind + " " + description + (ref ? "" : " (unref)");
    }
}
