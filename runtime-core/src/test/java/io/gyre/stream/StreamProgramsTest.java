package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Programs whose traces were taken from Node 20.20.2, replayed step by step. */
class StreamProgramsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> everyTraceIsNodes() throws IOException, URISyntaxException {
        List<JsonNode> programs = new ArrayList<>();
        Path folder = Path.of(
                Objects.requireNonNull(getClass().getResource("/streams")).toURI());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (file.toString().endsWith(".jsonl")) {
                    for (String line : Files.readAllLines(file)) {
                        programs.add(JSON.readTree(line));
                    }
                } else if (file.toString().endsWith(".json")) {
                    programs.add(JSON.readTree(file.toFile()));
                }
            }
        }
        assertThat(programs).hasSizeGreaterThan(640);
        return programs.stream()
                .map(program -> DynamicTest.dynamicTest(program.get("name").asText(), () -> replay(program)));
    }

    private static void replay(JsonNode program) {
        List<String> expected = new ArrayList<>();
        program.get("expect").get("trace").forEach(line -> expected.add(line.asText()));
        expected.add("exit " + program.get("expect").get("exit").asInt());
        assertThat(new StreamProgram(program).run()).containsExactlyElementsOf(expected);
    }
}
