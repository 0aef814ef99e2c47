package io.gyre.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** One scheduling program and the outcome that real Node gave it; {@code FORMAT.md} beside the programs explains all. */
record Program(String name, String level, boolean dependsOnTime, JsonNode json, Outcome expected) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static List<Program> hand() {
        try (Stream<Path> files = Files.list(resource("hand"))) {
            return files.sorted().map(file -> parse(read(file))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Program> lines(String resource) {
        return lines(resource(resource));
    }

    static List<Program> lines(Path file) {
        return read(file)
                .lines()
                .filter(line -> !line.isBlank())
                .map(Program::parse)
                .toList();
    }

    private static Path resource(String name) {
        URL url = Objects.requireNonNull(Program.class.getResource("/conformance/" + name), name);
        try {
            URI uri = url.toURI();
            return uri.getScheme().equals("jar") ? inJar(uri) : Path.of(uri);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(url.toString(), e);
        }
    }

    /** Other modules find the programs in the jar of this one's tests. */
    private static Path inJar(URI uri) {
        try {
            FileSystems.newFileSystem(uri, Map.of());
        } catch (FileSystemAlreadyExistsException opened) {
            // It stays open: few files, read once.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Path.of(uri);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a busy machine may change the trace: the program's own slack says so, or it spins to give a thread of the
     * pool the time to end a job.
     */
    private static boolean dependsOnTime(JsonNode json) {
        List<String> features = new ArrayList<>();
        json.path("features").forEach(feature -> features.add(feature.asText()));
        return !json.path("slack").asText().equals("any")
                || (features.contains("spin") && (features.contains("block") || features.contains("work")));
    }

    private static Program parse(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            List<String> trace = new ArrayList<>();
            json.get("expect").get("trace").forEach(label -> trace.add(label.asText()));
            return new Program(
                    json.get("name").asText(),
                    json.get("level").asText(),
                    dependsOnTime(json),
                    json,
                    new Outcome(trace, json.get("expect").get("exit").asInt()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
