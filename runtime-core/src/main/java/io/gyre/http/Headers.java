package io.gyre.http;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message, to read. Names are compared without regard to case; fields keep their order.
 *
 * <p>Confined to the loop's thread, like the message it belongs to.
 */
public interface Headers {

    /**
     * Returns the value of a field; the first one, if the field was sent more than once.
     *
     * @param name in any case
     * @return the value, or null if there is no such field
     */
    @Nullable
    String get(String name);

    /**
     * Returns the values of a field in the order they were sent.
     *
     * @param name in any case
     * @return the values, empty if there is no such field
     */
    List<String> getAll(String name);

    /**
     * Tells whether a field is there.
     *
     * @param name in any case
     * @return true if it was sent at least once
     */
    boolean contains(String name);

    /**
     * Counts the fields.
     *
     * @return how many there are; one that was sent twice counts twice
     */
    int size();

    /**
     * Visits all fields in order.
     *
     * @param visitor is given each name as it was sent, and a value
     */
    void forEach(BiConsumer<? super String, ? super String> visitor);
}
