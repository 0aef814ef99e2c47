package io.gyre.architecture;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The package graph of the core: arrows point inwards only, and only one class reads the machine's clock. */
class ArchitectureTest {
    /** Each package, and the packages of Gyre that it may use. A package that is missing here fails the build. */
    private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

    static {
        MAY_USE.put("loop", List.of());
        MAY_USE.put("promise", List.of("loop"));
        MAY_USE.put("buffer", List.of("loop"));
        MAY_USE.put("abort", List.of("loop"));
        MAY_USE.put("work", List.of("loop"));
        MAY_USE.put("stream", List.of("loop", "promise", "buffer", "abort"));
        MAY_USE.put("stream.flow", List.of("loop", "promise", "abort", "buffer", "stream"));
        MAY_USE.put("stream.web", List.of("loop", "promise", "abort", "buffer", "stream"));
        MAY_USE.put("fs", List.of("loop", "promise", "abort", "buffer", "stream", "work"));
        MAY_USE.put("dns", List.of("loop", "promise", "work"));
        MAY_USE.put("crypto", List.of("loop", "promise", "abort", "buffer", "stream", "work"));
        MAY_USE.put("zlib", List.of("loop", "promise", "abort", "buffer", "stream", "work"));
        MAY_USE.put("net", List.of("loop", "promise", "abort", "buffer", "stream", "dns"));
        MAY_USE.put("process", List.of("loop", "promise", "abort", "buffer", "stream", "work"));
        MAY_USE.put("worker", List.of("loop", "promise", "abort", "buffer", "stream", "work"));
        MAY_USE.put("http", List.of("loop", "promise", "abort", "buffer", "stream", "net"));
        MAY_USE.put("cluster", List.of("loop", "promise", "abort", "buffer", "stream", "net", "process"));
        MAY_USE.put("diagnostics", List.of("loop", "work"));
        MAY_USE.put("testing", List.of("loop", "promise", "buffer", "stream"));
    }

    private static JavaClasses core;

    @BeforeAll
    static void readTheCore() {
        core = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("io.gyre");
    }

    @Test
    void packagesUseOnlyWhatLiesInwardsOfThem() {
        LayeredArchitecture layers =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (String name : MAY_USE.keySet()) {
            layers = layers.optionalLayer(name).definedBy("io.gyre." + name + "..");
        }
        for (Map.Entry<String, List<String>> entry : MAY_USE.entrySet()) {
            layers = entry.getValue().isEmpty()
                    ? layers.whereLayer(entry.getKey()).mayNotAccessAnyLayer()
                    : layers.whereLayer(entry.getKey())
                            .mayOnlyAccessLayers(entry.getValue().toArray(String[]::new));
        }
        layers.allowEmptyShould(true).check(core);
    }

    @Test
    void noPackageReachesTheFrontDoor() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.gyre.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.gyre")
                .allowEmptyShould(true)
                .check(core);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(core);
    }

    @Test
    void everyPackageHasItsPlaceInTheTable() {
        List<String> unknown = new ArrayList<>();
        for (String name :
                new TreeSet<>(core.stream().map(c -> c.getPackageName()).toList())) {
            String[] parts = name.split("\\.", -1);
            if (parts.length > 2 && !MAY_USE.containsKey(parts[2])) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw new AssertionError("packages without a place in the table of ArchitectureTest: " + unknown);
        }
    }

    @Test
    void noPackageIsADrawerForEverything() {
        ArchRuleDefinition.noClasses()
                .should()
                .resideInAnyPackage("..impl..", "..internal..", "..util..", "..utils..", "..common..")
                .because("hiding is done with package-private classes, and a helper lives beside its one user")
                .allowEmptyShould(true)
                .check(core);
    }

    @Test
    void onlySystemTickerReadsTheClockOrSleeps() {
        ArchRuleDefinition.noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.gyre.loop.SystemTicker")
                .should()
                .accessTargetWhere(readsTheClockOrSleeps())
                .because("time is passed in as a Ticker")
                .allowEmptyShould(true)
                .check(core);
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheClockOrSleeps() {
        return DescribedPredicate.describe("System.nanoTime, System.currentTimeMillis or Thread.sleep", access -> {
            String owner = access.getTargetOwner().getName();
            String name = access.getTarget().getName();
            return (owner.equals("java.lang.System") && (name.equals("nanoTime") || name.equals("currentTimeMillis")))
                    || (owner.equals("java.lang.Thread") && name.equals("sleep"));
        });
    }
}
