package io.gyre.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one table of what the passes of {@code run.sh} measured.
 *
 * <p>Other programs on the machine only ever make an iteration longer. So a time is the lowest decile over the iterations
 * of all passes, with their median beside it; where the two lie apart the machine was busy. A ratio is the peer's time by
 * the loop's, beside the lowest ratio that a single pass gave.
 */
public final class ResultTable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What stands in one row: by question, then variant, then contestant, in the order they were read. */
    private final Map<String, Map<String, Map<String, Row>>> questions = new TreeMap<>();

    private ResultTable() {}

    /** What a contestant did with a question. */
    private static final class Row {

        private final Map<String, List<Double>> nanosByPass = new TreeMap<>();
        private @Nullable Double bytes;

        double[] nanos() {
            return sorted(nanosByPass.values().stream().flatMap(List::stream).collect(Collectors.toList()));
        }

        double lowestRatioTo(Row gyre) {
            double lowest = Double.MAX_VALUE;
            for (Map.Entry<String, List<Double>> pass : nanosByPass.entrySet()) {
                List<Double> own = gyre.nanosByPass.get(pass.getKey());
                if (own != null) {
                    lowest = Math.min(lowest, time(sorted(pass.getValue())) / time(sorted(own)));
                }
            }
            return lowest;
        }
    }

    /**
     * Prints the table.
     *
     * @param args the folder of results, then the questions in the order wanted
     * @throws IOException if a result cannot be read
     */
    public static void main(String[] args) throws IOException {
        ResultTable table = new ResultTable();
        for (Path pass : list(Path.of(args[0]))) {
            for (Path file : Files.isDirectory(pass) ? list(pass) : List.<Path>of()) {
                table.read(pass.getFileName().toString(), file);
            }
        }
        table.print(Arrays.asList(args).subList(1, args.length));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private void read(String pass, Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".json")) {
            readJmh(pass, name.substring(0, name.indexOf('.')), JSON.readTree(file.toFile()));
        } else if (name.endsWith(".jsonl")) {
            for (String line : Files.readAllLines(file)) {
                readNode(pass, JSON.readTree(line));
            }
        }
    }

    private void readJmh(String pass, String question, JsonNode results) {
        for (JsonNode result : results) {
            List<String> variant = new ArrayList<>();
            String contestant = "";
            for (Map.Entry<String, JsonNode> param : result.get("params").properties()) {
                if (param.getKey().equals("contestant")) {
                    contestant = param.getValue().asText();
                } else {
                    variant.add(param.getKey() + "=" + param.getValue().asText());
                }
            }
            Row row = row(question, String.join(" ", variant), contestant);
            List<Double> nanos = row.nanosByPass.computeIfAbsent(pass, p -> new ArrayList<>());
            for (JsonNode fork : result.get("primaryMetric").get("rawData")) {
                fork.forEach(iteration -> nanos.add(iteration.asDouble()));
            }
            JsonNode bytes =
                    result.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score");
            if (bytes.isNumber()) {
                row.bytes = bytes.asDouble();
            }
        }
    }

    private void readNode(String pass, JsonNode round) {
        row(
                        round.get("question").asText(),
                        round.get("variant").asText(),
                        round.get("contestant").asText())
                .nanosByPass
                .computeIfAbsent(pass, p -> new ArrayList<>())
                .add(round.get("nanos").asDouble());
    }

    private Row row(String question, String variant, String contestant) {
        return questions
                .computeIfAbsent(question, q -> new TreeMap<>())
                .computeIfAbsent(variant, v -> new TreeMap<>())
                .computeIfAbsent(contestant, c -> new Row());
    }

    private void print(List<String> order) {
        System.out.println("| question | contestant | ns/op | median | B/op | Gyre is faster by |");
        System.out.println("|---|---|--:|--:|--:|--:|");
        for (String question : order) {
            questions.getOrDefault(question, Map.of()).forEach((variant, rows) -> {
                String title = variant.isEmpty() ? question : question + " " + variant;
                Row gyre = rows.get("gyre");
                if (gyre != null) {
                    print(title, "**gyre**", gyre, null);
                }
                rows.forEach((contestant, row) -> {
                    if (row != gyre) {
                        print(title, contestant, row, gyre);
                    }
                });
            });
        }
    }

    private static void print(String title, String contestant, Row row, @Nullable Row gyre) {
        double[] nanos = row.nanos();
        Double bytes = row.bytes;
        String ratio = gyre == null ? "" : ratio(row, gyre);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s |%n",
                title,
                contestant,
                shown(time(nanos)),
                shown(nanos[nanos.length / 2]),
                bytes == null ? "" : String.format(Locale.ROOT, "%.0f", bytes),
                ratio);
    }

    private static String ratio(Row row, Row gyre) {
        String overall = String.format(Locale.ROOT, "%.1fx", time(row.nanos()) / time(gyre.nanos()));
        return row.nanosByPass.size() < 2
                ? overall
                : String.format(Locale.ROOT, "%s (at least %.1fx)", overall, row.lowestRatioTo(gyre));
    }

    private static String shown(double nanos) {
        return String.format(Locale.ROOT, nanos < 100 ? "%.1f" : "%.0f", nanos);
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** The lowest decile. */
    private static double time(double[] sorted) {
        return sorted[sorted.length / 10];
    }
}
