package io.gyre.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays the scheduling programs of the conformance suite and compares order and exit code with what real Node.js
 * printed. See {@code docs/conformance.md}.
 */
class ConformanceTest {

    /** Programs that spin must not crowd each other out. */
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    /**
     * On a busy machine a program that depends on time is tried again, slower. Where the machine stops for a moment now and
     * then, a short run is the likelier one to come through: both are tried in turn.
     */
    private static final double[] SCALES = {1, 2, 3, 5, 1, 2, 1, 2, 1, 2, 1, 2};

    /** The transport of all programs: {@code -Dgyre.conformance.transport=NIO} and the like, else the preferred one. */
    private static final Transport TRANSPORT = Transport.valueOf(System.getProperty(
            "gyre.conformance.transport", Transport.preferred().name()));

    private static final Map<String, int[]> PASSED_OF_TOTAL = new TreeMap<>();

    private record Run(Program program, CompletableFuture<Outcome> outcome) {}

    @TestFactory
    Stream<DynamicTest> hand() {
        return replay(Program.hand(), TRANSPORT);
    }

    @TestFactory
    Stream<DynamicTest> random() {
        return replay(Program.lines("random.jsonl"), TRANSPORT);
    }

    @TestFactory
    Stream<DynamicTest> randomClears() {
        return replay(Program.lines("random-clears.jsonl"), TRANSPORT);
    }

    /** What generated programs found and was made right since. */
    @TestFactory
    Stream<DynamicTest> found() {
        return Stream.of(Transport.values())
                .filter(Transport::isAvailable)
                .flatMap(transport -> replay(Program.lines("found.jsonl"), transport));
    }

    /** Programs of one's own, generated and run by real Node: {@code -Dgyre.conformance.programs=file.jsonl}. */
    @TestFactory
    Stream<DynamicTest> programsFromElsewhere() {
        String file = System.getProperty("gyre.conformance.programs");
        return file == null ? Stream.empty() : replay(Program.lines(Path.of(file)), TRANSPORT);
    }

    @TestFactory
    Stream<DynamicTest> handOnOtherTransports() {
        return Stream.of(Transport.values())
                .filter(transport -> transport.isAvailable() && transport != TRANSPORT)
                .flatMap(transport -> replay(Program.hand(), transport));
    }

    @AfterAll
    static void summary() {
        PASSED_OF_TOTAL.forEach(
                (what, counts) -> System.out.println("conformance: " + what + " " + counts[0] + " of " + counts[1]));
    }

    private static Stream<DynamicTest> replay(List<Program> programs, Transport transport) {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Run> runs = programs.stream()
                .map(program ->
                        new Run(program, CompletableFuture.supplyAsync(() -> outcome(program, transport), threads)))
                .toList();
        threads.shutdown();
        return runs.stream()
                .map(run -> DynamicTest.dynamicTest(
                        run.program().name() + " on " + transport, () -> check(run, transport)));
    }

    private static Outcome outcome(Program program, Transport transport) {
        Outcome outcome = Interpreter.run(program, transport, SCALES[0]);
        for (int i = 1; program.dependsOnTime() && i < SCALES.length && !outcome.equals(program.expected()); i++) {
            outcome = Interpreter.run(program, transport, SCALES[i]);
        }
        return outcome;
    }

    private static void check(Run run, Transport transport) throws Exception {
        Program program = run.program();
        int[] counts = PASSED_OF_TOTAL.computeIfAbsent(transport + " " + program.level(), first -> new int[2]);
        counts[1]++;
        Outcome outcome = run.outcome().get(10, TimeUnit.MINUTES);
        assertThat(outcome).as("%s on %s", program, transport).isEqualTo(program.expected());
        counts[0]++;
    }
}
