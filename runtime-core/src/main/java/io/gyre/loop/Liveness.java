package io.gyre.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what keeps the loop alive, and can name it: active handles that are ref'd, requests, closing handles.
 * Confined to the loop's thread.
 */
final class Liveness {

    /** The kind under which closing handles are named. */
    static final String CLOSING = "closing";

    /** Active handles, ref'd or not, newest first. */
    private @Nullable Handle handles;

    private @Nullable Request requests;
    private int refHandles;
    private int requestCount;

    /** Handles that are closing and whose close callback has not run. */
    int closing;

    boolean isAlive() {
        return refHandles != 0 || requestCount != 0 || closing != 0;
    }

    int activeRequests() {
        return requestCount;
    }

    int activeCount() {
        return refHandles + requestCount + closing;
    }

    void activated(Handle handle) {
        Handle first = handles;
        handle.nextActive = first;
        if (first != null) {
            first.previousActive = handle;
        }
        handles = handle;
        if (handle.hasRef()) {
            refHandles++;
        }
    }

    void deactivated(Handle handle) {
        Handle before = handle.previousActive;
        Handle after = handle.nextActive;
        if (before == null) {
            handles = after;
        } else {
            before.nextActive = after;
        }
        if (after != null) {
            after.previousActive = before;
        }
        handle.previousActive = null;
        handle.nextActive = null;
        if (handle.hasRef()) {
            refHandles--;
        }
    }

    void refChanged(boolean ref) {
        refHandles += ref ? 1 : -1;
    }

    void started(Request request) {
        Request first = requests;
        request.next = first;
        if (first != null) {
            first.previous = request;
        }
        requests = request;
        requestCount++;
    }

    void finished(Request request) {
        Request before = request.previous;
        Request after = request.next;
        if (before == null) {
            requests = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        request.previous = null;
        request.next = null;
        requestCount--;
    }

    @Nullable
    Handle firstHandle() {
        return handles;
    }

    void describe(List<ActiveResource> into) {
        for (Handle h = handles; h != null; h = h.nextActive) {
            into.add(new ActiveResource(h.kind(), h.describe(), h.hasRef()));
        }
        for (Request r = requests; r != null; r = r.next) {
            into.add(new ActiveResource(r.kind(), r.describe(), true));
        }
        if (closing > 0) {
            into.add(new ActiveResource(CLOSING, closing + " handle(s) whose close callback has not run", true));
        }
    }
}
