package io.gyre.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.coroutines.LoopDispatcher;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program on the module path compiles and runs, with what the modules need and nothing that is optional. */
class ModulePathTest {

    private static final Pattern NEEDED =
            Pattern.compile("(jctools-core|jspecify|slf4j-api|slf4j-simple|reactive-streams"
                    + "|reactor-core|kotlin-stdlib|kotlinx-coroutines-core-jvm"
                    + "|netty-(buffer|codec-base|codec-compression|codec-http|common|handler|resolver|transport"
                    + "|transport-classes-\\w+|transport-native-unix-common))-[\\d.]+(\\.Final)?\\.jar");

    @TempDir
    private Path folder;

    @Test
    void a_program_runs_with_what_is_required_only() throws Exception {
        String modules = modulePath();
        compile(modules);
        Path output = folder.resolve("output.txt");
        // Newer JVMs warn of what libraries do there.
        Path errors = folder.resolve("errors.txt");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        modules + File.pathSeparator + folder.resolve("classes"),
                        "--module",
                        "app/app.Main")
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(program.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            program.destroyForcibly();
        }
        assertThat(Files.readAllLines(output))
                .as(Files.readString(errors))
                .containsExactlyInAnyOrder(
                        "core in io.gyre.runtime",
                        "main in io.gyre.coroutines",
                        "flux on the loop",
                        "HTTP/1.1 200 OK",
                        "ended");
        assertThat(program.exitValue()).isZero();
    }

    private void compile(String modules) throws IOException {
        Path sources = DocsTest.root().resolve("samples/src/test/resources/module-path/app");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "--module-path", modules, "-d", folder.resolve("classes").toString());
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            options,
                            null,
                            files.getJavaFileObjects(
                                    sources.resolve("module-info.java"), sources.resolve("app/Main.java")))
                    .call();
            assertThat(compiled).as(said.toString()).isTrue();
        }
    }

    private static String modulePath() throws URISyntaxException {
        Stream<String> own =
                Stream.of(place(EventLoop.class), place(LoopDispatcher.class), place(LoopSchedulers.class));
        Stream<String> needed = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NEEDED.matcher(new File(entry).getName()).matches());
        return Stream.concat(own, needed).collect(Collectors.joining(File.pathSeparator));
    }

    private static String place(Class<?> member) throws URISyntaxException {
        return Path.of(member.getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }
}
