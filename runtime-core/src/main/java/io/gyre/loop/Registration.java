package io.gyre.loop;

/** A listener that was added to a loop. */
@FunctionalInterface
public interface Registration {

    /** Takes the listener away; doing it again does nothing. On the loop's thread. */
    void remove();
}
