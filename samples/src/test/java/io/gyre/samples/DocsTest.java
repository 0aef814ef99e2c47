package io.gyre.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents quote what is compiled and run, and their links lead somewhere. */
class DocsTest {

    private static final Path ROOT = root();
    private static final Path GUIDE = ROOT.resolve("docs/guide");

    /** Tests run in the directory of their module, or in the project's. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : here.getParent();
    }

    static List<Path> documents() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of("README.md", "CONTRIBUTING.md").map(ROOT::resolve), all)
                    .filter(file -> file.toString().endsWith(".md") && Files.isRegularFile(file))
                    .map(ROOT::relativize)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void quotes_are_what_the_source_says_and_links_lead_somewhere(Path document) throws IOException {
        Path file = ROOT.resolve(document);
        assertThat(new Document(ROOT, file).problems(file.startsWith(GUIDE))).isEmpty();
    }

    @Test
    void the_guide_is_among_the_documents() throws IOException {
        assertThat(documents()).contains(Path.of("docs", "guide", "index.md"));
    }

    @Test
    void every_page_of_the_guide_is_linked_from_its_index() throws IOException {
        String index = Files.readString(GUIDE.resolve("index.md"));
        try (Stream<Path> pages = Files.list(GUIDE)) {
            assertThat(pages.map(page -> page.getFileName().toString()).filter(name -> !name.equals("index.md")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(index).contains("(" + name));
        }
    }

    @Test
    void a_quote_is_compared_without_indentation_and_markers(@TempDir Path project) throws IOException {
        assertThat(problems(project, "<!-- sample: A.java#x -->\n```java\none();\n    two();\n```\n"))
                .isEmpty();
        assertThat(problems(project, "<!-- sample: out.txt -->\n\n```\nprinted\n```\n"))
                .isEmpty();
    }

    @Test
    void a_quote_that_differs_is_reported(@TempDir Path project) throws IOException {
        assertThat(problems(project, "<!-- sample: A.java#x -->\n```java\none();\n    three();\n```\n"))
                .singleElement()
                .asString()
                .contains("page.md:2 the block differs from A.java", "two();");
    }

    @Test
    void a_quote_without_its_source_is_reported(@TempDir Path project) throws IOException {
        assertThat(problems(project, "<!-- sample: A.java#y -->\n```java\none();\n```\n"))
                .containsExactly("page.md:2 A.java has no region y");
        assertThat(problems(project, "<!-- sample: B.java#x -->\n```java\none();\n```\n"))
                .containsExactly("page.md:2 B.java does not exist");
        assertThat(problems(project, "```java\none();\n```\n"))
                .containsExactly("page.md:1 a program that names no source");
        assertThat(problems(project, "<!-- sample: A.java#x -->\nProse.\n"))
                .containsExactly("page.md:1 <!-- sample: A.java#x --> is followed by no fenced block");
    }

    @Test
    void a_link_that_leads_nowhere_is_reported(@TempDir Path project) throws IOException {
        assertThat(problems(project, "[a](A.java) [b](https://example.org/x) [c](#two-words)\n\n# Two words!\n"))
                .isEmpty();
        assertThat(problems(project, "[a](gone.md) `[b](gone.md)`\n"))
                .containsExactly("page.md:1 the link to gone.md leads nowhere");
        assertThat(problems(project, "[a](page.md#gone)\n"))
                .containsExactly("page.md:1 the link to page.md#gone names no heading");
    }

    private static List<String> problems(Path project, String markdown) throws IOException {
        Files.writeString(project.resolve("A.java"), """
                class A {
                        // docs: begin x
                        one();
                        // docs: begin inner
                            two();
                        // docs: end inner
                        // docs: end x
                }
                """);
        Files.writeString(project.resolve("out.txt"), "# docs: begin all\nprinted\n# docs: end all\n");
        Path page = Files.writeString(project.resolve("page.md"), markdown);
        return new Document(project, page).problems(true);
    }
}
