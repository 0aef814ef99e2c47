package io.gyre.stream.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Programs whose traces were taken from Node 20.20.2, compared microtask by microtask. */
class WebStreamProgramsTest {

    @TestFactory
    Stream<DynamicTest> everyTraceIsNodes() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> programs = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream("/webstreams/programs.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                programs.add(json.readTree(line));
            }
        }
        assertThat(programs).hasSizeGreaterThan(400);
        return programs.stream()
                .map(program -> DynamicTest.dynamicTest(program.get("name").asText(), () -> {
                    List<String> expected = new ArrayList<>();
                    program.get("trace").forEach(line -> expected.add(line.asText()));
                    assertThat(new WebStreamProgram(program).run()).containsExactlyElementsOf(expected);
                }));
    }
}
