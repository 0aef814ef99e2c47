package io.gyre.conformance;

import java.util.List;

/** What a program printed, and its exit code. */
record Outcome(List<String> trace, int exit) {

    @Override
    public String toString() {
        return trace + " exit " + exit;
    }
}
