package io.gyre.http;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The open connections of a server, newest first: a list through the connections, so that none costs a search. */
final class Connections {

    private @Nullable Connection first;
    private int count;

    int count() {
        return count;
    }

    void add(Connection connection) {
        Connection after = first;
        connection.next = after;
        if (after != null) {
            after.previous = connection;
        }
        first = connection;
        count++;
    }

    void remove(Connection connection) {
        Connection before = connection.previous;
        Connection after = connection.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        connection.previous = null;
        count--;
    }

    /** Visits all. The visitor may remove what it visits, which keeps its way to the next one. */
    void forEach(Consumer<Connection> visitor) {
        for (Connection each = first; each != null; each = each.next) {
            visitor.accept(each);
        }
    }
}
