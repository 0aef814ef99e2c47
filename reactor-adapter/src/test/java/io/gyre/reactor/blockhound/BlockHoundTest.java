package io.gyre.reactor.blockhound;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What BlockHound reports on loops, in a JVM of its own: it rewrites classes of the JDK for good. */
class BlockHoundTest {

    @TempDir
    private Path directory;

    private List<String> run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+AllowRedefinitionToAddDeleteMethods",
                "-XX:+EnableDynamicAgentLoading",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                BlockHoundProgram.class.getName()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output.txt");
        Process program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = program.waitFor(5, TimeUnit.MINUTES);
        program.destroyForcibly().waitFor();
        List<String> lines = Files.readAllLines(output);
        assertThat(ended).as("%s", lines).isTrue();
        assertThat(program.exitValue()).as("%s", lines).isZero();
        assertThat(lines).last().isEqualTo("done");
        return lines;
    }

    private static long reports(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("BlockingOperationError"))
                .count();
    }

    @Test
    void aBlockingCallOnALoopsThreadIsReportedWithItsStack() throws Exception {
        List<String> lines = run("sleep");
        assertThat(reports(lines)).as("%s", lines).isEqualTo(3);
        assertThat(lines)
                .anyMatch(line ->
                        line.startsWith("the-loop: BlockingOperationError: Blocking call!") && line.contains("sleep"))
                .anyMatch(line ->
                        line.startsWith("the-loop: BlockingOperationError: Blocking call!") && line.contains("park"))
                .anyMatch(line -> line.contains("BlockHoundProgram.sleep(BlockHoundProgram.java"))
                .anyMatch(line -> line.contains("BlockHoundProgram.waitForAFuture(BlockHoundProgram.java"));
    }

    @Test
    void mainMustNotBlockWhileItRunsALoopAndMayBeforeAndAfter() throws Exception {
        List<String> lines = run("main");
        assertThat(reports(lines)).as("%s", lines).isEqualTo(1);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("in the loop: BlockingOperationError"))
                .contains("main may sleep before", "main may sleep after");
    }

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void whatALoopDoesItselfIsNotReported(Transport transport) throws Exception {
        List<String> lines = run("work", transport.name());
        assertThat(reports(lines)).as("%s", lines).isZero();
        assertThat(lines).contains("result [[1048576,hello],5]");
    }

    @Test
    void aLoopInVirtualTimeMayWaitForItsWorkers() throws Exception {
        List<String> lines = run("virtual");
        assertThat(reports(lines)).as("%s", lines).isZero();
        assertThat(lines).contains("an hour later", "read 0 bytes");
    }
}
