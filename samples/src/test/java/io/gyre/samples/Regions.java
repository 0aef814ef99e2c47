package io.gyre.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parts of a file that documents may quote: what stands between {@code docs: begin x} and {@code docs: end x}. */
final class Regions {

    private static final Pattern MARKER = Pattern.compile("\\s*(//|#) docs: (begin|end) [a-z-]+\\s*");

    private Regions() {}

    static boolean isMarker(String line) {
        return MARKER.matcher(line).matches();
    }

    /**
     * Returns a region without its indentation and without markers.
     *
     * @return nothing if the region is not there, or has no end
     */
    static Optional<String> find(List<String> lines, String name) {
        int begin = indexOf(lines, "docs: begin " + name);
        int end = indexOf(lines, "docs: end " + name);
        return begin < 0 || end < begin ? Optional.empty() : Optional.of(text(lines.subList(begin + 1, end)));
    }

    /** Returns lines as they are compared: no markers, no common indentation, no blanks at the ends. */
    static String text(List<String> lines) {
        List<String> kept = new ArrayList<>(lines);
        kept.removeIf(Regions::isMarker);
        return String.join("\n", kept).stripIndent().strip();
    }

    private static int indexOf(List<String> lines, String marker) {
        for (int i = 0; i < lines.size(); i++) {
            if (isMarker(lines.get(i)) && lines.get(i).strip().endsWith(marker)) {
                return i;
            }
        }
        return -1;
    }
}
