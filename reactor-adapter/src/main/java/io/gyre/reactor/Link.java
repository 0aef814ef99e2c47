package io.gyre.reactor;

/**
 * A node of a circular doubly linked list, whose head is a node too: joining and leaving cost the same however long
 * the list is. Confined to the loop's thread.
 */
abstract class Link {

    private Link previous = this;
    private Link next = this;

    /** Ends what this node stands for and takes it out of its list. */
    abstract void cancel();

    final boolean isAlone() {
        return next == this;
    }

    /** Joins the list of a head, as its last node. */
    final void join(Link head) {
        previous = head.previous;
        next = head;
        previous.next = this;
        head.previous = this;
    }

    /** Leaves the list. Does nothing outside of one. */
    final void leave() {
        previous.next = next;
        next.previous = previous;
        previous = this;
        next = this;
    }

    /** Cancels all nodes of the list of this head. */
    final void cancelAll() {
        Link first;
        while ((first = next) != this) {
            first.cancel();
            first.leave();
        }
    }

    /** The head of a list that is nothing else. */
    static final class Head extends Link {

        @Override
        void cancel() {
            cancelAll();
        }
    }
}
