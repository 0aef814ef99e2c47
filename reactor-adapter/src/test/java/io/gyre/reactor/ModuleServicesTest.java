package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is found on the class path is found on the module path too. */
class ModuleServicesTest {

    @Test
    void theModuleProvidesWhatTheClassPathDoes() throws Exception {
        Path classes = Path.of(LoopMono.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Map<String, Set<String>> provided =
                ModuleFinder.of(classes).find("io.gyre.reactor").orElseThrow().descriptor().provides().stream()
                        .collect(Collectors.toMap(
                                ModuleDescriptor.Provides::service, provides -> Set.copyOf(provides.providers())));
        assertThat(provided).isEqualTo(onTheClassPath(classes)).isNotEmpty();
    }

    private static Map<String, Set<String>> onTheClassPath(Path classes) throws IOException {
        Map<String, Set<String>> found = new HashMap<>();
        try (Stream<Path> services = Files.list(classes.resolve("META-INF/services"))) {
            for (Path service : services.toList()) {
                found.put(service.getFileName().toString(), Set.copyOf(Files.readAllLines(service)));
            }
        }
        return found;
    }
}
