package io.gyre.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Markdown file of the project, and what is wrong with it: quotes that are not what the source says, and links that
 * lead nowhere.
 *
 * <p>A quote is a fenced block right after a comment that names its source, {@code <!-- sample: file#region -->}, with
 * the file as seen from the root of the project, and without a region for a whole file.
 */
final class Document {

    private static final Pattern SOURCE = Pattern.compile("<!--\\s*sample:\\s*([^\\s#]+)(?:#(\\S+))?\\s*-->");
    private static final Pattern FENCE = Pattern.compile("```\\s*(\\w*).*");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)[^)]*\\)");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
    private static final Set<String> PROGRAMS = Set.of("java", "kotlin");

    private final Path root;
    private final Path file;
    private final List<String> problems = new ArrayList<>();

    Document(Path root, Path file) {
        this.root = root;
        this.file = file;
    }

    /**
     * Reads the document and checks it.
     *
     * @param onlyQuotes whether every program in it must be a quote
     * @return one line for each fault
     */
    List<String> problems(boolean onlyQuotes) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Matcher source = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher fence = FENCE.matcher(line);
            Matcher comment = SOURCE.matcher(line);
            if (fence.matches()) {
                int end = endOfBlock(lines, i + 1);
                if (source != null) {
                    checkQuote(i + 1, source, lines.subList(i + 1, end));
                } else if (onlyQuotes && PROGRAMS.contains(fence.group(1))) {
                    report(i + 1, "a program that names no source");
                }
                source = null;
                i = end;
            } else if (comment.find()) {
                requireBlock(i, source);
                source = comment;
            } else if (!line.isBlank()) {
                requireBlock(i, source);
                source = null;
                checkLinks(i + 1, line);
            }
        }
        requireBlock(lines.size(), source);
        return problems;
    }

    private static int endOfBlock(List<String> lines, int from) {
        int end = from;
        while (end < lines.size() && !lines.get(end).startsWith("```")) {
            end++;
        }
        return end;
    }

    private void requireBlock(int lineNumber, @Nullable Matcher source) {
        if (source != null) {
            report(lineNumber, source.group() + " is followed by no fenced block");
        }
    }

    private void checkQuote(int lineNumber, Matcher source, List<String> block) throws IOException {
        Path sample = root.resolve(source.group(1));
        if (!Files.isRegularFile(sample)) {
            report(lineNumber, source.group(1) + " does not exist");
            return;
        }
        List<String> lines = Files.readAllLines(sample);
        String region = source.group(2);
        Optional<String> text = region == null ? Optional.of(Regions.text(lines)) : Regions.find(lines, region);
        if (text.isEmpty()) {
            report(lineNumber, source.group(1) + " has no region " + region);
        } else if (!text.get().equals(Regions.text(block))) {
            report(lineNumber, "the block differs from " + source.group(1) + ", which says:\n" + text.get());
        }
    }

    private void checkLinks(int lineNumber, String line) throws IOException {
        Matcher links = LINK.matcher(line.replaceAll("`[^`]*`", ""));
        while (links.find()) {
            String target = links.group(1);
            if (target.matches("[a-z]+:.*")) {
                continue;
            }
            int hash = target.indexOf('#');
            String path = hash < 0 ? target : target.substring(0, hash);
            Path linked = path.isEmpty() ? file : file.resolveSibling(path).normalize();
            if (!Files.exists(linked)) {
                report(lineNumber, "the link to " + target + " leads nowhere");
            } else if (hash >= 0
                    && linked.toString().endsWith(".md")
                    && !hasHeading(linked, target.substring(hash + 1))) {
                report(lineNumber, "the link to " + target + " names no heading");
            }
        }
    }

    /** Whether a heading has this anchor: its words in lower case, joined by hyphens, without punctuation. */
    private static boolean hasHeading(Path document, String anchor) throws IOException {
        for (String line : Files.readAllLines(document)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()
                    && heading.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-')
                            .equals(anchor)) {
                return true;
            }
        }
        return false;
    }

    private void report(int lineNumber, String problem) {
        problems.add(root.relativize(file) + ":" + lineNumber + " " + problem);
    }
}
