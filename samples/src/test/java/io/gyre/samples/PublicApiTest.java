package io.gyre.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.coroutines.LoopDispatcher;
import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What users can link against is what {@code api/*.api} of each module says: whoever changes it sees it in the diff.
 *
 * <p>{@code -Dgyre.api.write=true} writes the files anew. Before 1.0 a changed line is a note in the changelog; after it,
 * one that is removed or changed is a new major version. Names are written with dots, as in a source.
 */
class PublicApiTest {

    private static final Path ROOT = DocsTest.root();

    enum Module {
        RUNTIME_CORE("runtime-core", EventLoop.class),
        COROUTINES_ADAPTER("coroutines-adapter", LoopDispatcher.class),
        REACTOR_ADAPTER("reactor-adapter", LoopSchedulers.class);

        final Path file;
        final Class<?> member;

        Module(String name, Class<?> member) {
            this.file = ROOT.resolve(name).resolve("api").resolve(name + ".api");
            this.member = member;
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_public_api_is_the_one_on_file(Module module) throws IOException, URISyntaxException {
        String api = api(module.member);
        assertThat(api).contains("class " + module.member.getName());
        if (Boolean.getBoolean("gyre.api.write")) {
            Files.createDirectories(module.file.getParent());
            Files.writeString(module.file, api);
        }
        assertThat(module.file).exists();
        assertThat(api.lines()).containsExactlyElementsOf(Files.readAllLines(module.file));
    }

    private static String api(Class<?> member) throws IOException, URISyntaxException {
        Path place = Path.of(
                member.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<File> classes;
        if (Files.isDirectory(place)) {
            try (Stream<Path> all = Files.walk(place)) {
                classes = all.filter(file -> file.toString().endsWith(".class"))
                        .filter(file -> !file.endsWith("module-info.class"))
                        .sorted()
                        .map(Path::toFile)
                        .toList();
            }
        } else {
            classes = List.of(place.toFile());
        }
        StringBuilder api = new StringBuilder();
        AbiTools.Companion.getInstance(AbiTools.class.getClassLoader())
                .printJvmDump(api, classes, AbiFilters.Companion.getEMPTY());
        return api.toString().replace('/', '.');
    }
}
