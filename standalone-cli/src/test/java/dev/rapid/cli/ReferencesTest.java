package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sources and documents refer to exists. */
class ReferencesTest {

  private static final Path ROOT = Path.of("..");

  private final References repository = new References(ROOT);

  @TempDir private Path directory;

  @Test
  void every_section_of_a_contract_that_is_cited_exists() {
    assertThat(faults(citing(), repository::wrongSections)).isEmpty();
  }

  @Test
  void every_section_that_a_contract_names_of_itself_exists() {
    List<Path> pages = repository.documents().stream().filter(References::isContract).toList();

    assertThat(pages).hasSizeGreaterThan(3);
    assertThat(
            faults(
                pages,
                file ->
                    repository.wrongSectionsOfItself(
                        file.getFileName().toString().replaceFirst("\\.md$", ""),
                        References.read(file))))
        .isEmpty();
  }

  @Test
  void every_decision_that_is_named_exists() {
    assertThat(faults(citing(), file -> repository.wrongDecisions(References.read(file))))
        .isEmpty();
  }

  @Test
  void every_decision_stands_in_the_list_with_a_number_of_its_own() {
    assertThat(repository.wrongListOfDecisions()).isEmpty();
  }

  @Test
  void every_link_of_a_document_leads_to_a_file() {
    assertThat(faults(repository.documents(), repository::wrongLinks)).isEmpty();
  }

  @Test
  void a_citation_of_an_unknown_section_is_found_although_it_is_wrapped() throws IOException {
    References small = aRepositoryWithOneContract();

    assertThat(small.wrongSections("/**\n * Waits (contract wire,\n * section 1.2).\n */"))
        .isEmpty();
    assertThat(small.wrongSections("/**\n * Waits (contract wire,\n * sections 1 to\n * 1.3). */"))
        .containsExactly("no such section: contract wire, sections 1 to 1.3");
  }

  @Test
  void a_citation_of_an_unknown_page_is_found() throws IOException {
    assertThat(aRepositoryWithOneContract().wrongSections("// See contract tape, section 1."))
        .containsExactly("no such page: contract tape, section 1");
  }

  @Test
  void a_row_about_an_unknown_section_is_found() throws IOException {
    References small = aRepositoryWithOneContract();

    assertThat(small.wrongSections("| wire, 1.2 | waits | does not |\n")).isEmpty();
    assertThat(small.wrongSections("| wire, 1.2, 1.3 | waits | does not |\n"))
        .containsExactly("no such section: | wire, 1.2, 1.3 |");
  }

  @Test
  void a_citation_that_names_no_page_is_found() throws IOException {
    References small = aRepositoryWithOneContract();

    assertThat(small.wrongSections("Waits (contract, section 1.2)."))
        .containsExactly("which page? contract, section 1.2");
    assertThat(small.wrongSections("Waits (section 1.2)."))
        .containsExactly("which page? (section 1.2");
    assertThat(small.wrongSections("May be refused (RFC 9112, section 6.3).")).isEmpty();
  }

  @Test
  void an_unknown_decision_is_found() throws IOException {
    References small = aRepositoryWithOneContract();

    assertThat(small.wrongDecisions("see decision 0001, and decisions/0001-yes.md")).isEmpty();
    assertThat(small.wrongDecisions("see\n * decision 0002, and decisions/0001-no.md"))
        .containsExactly(
            "no such decision: decision 0002", "no such decision: decisions/0001-no.md");
  }

  @Test
  void a_decision_that_the_list_leaves_out_or_whose_number_is_taken_is_found() throws IOException {
    References small = aRepositoryWithOneContract();
    Path decisions = directory.resolve(Path.of("docs", "decisions"));
    Files.writeString(decisions.resolve("README.md"), "[yes](0001-yes.md) [no](0001-no.md)");
    assertThat(small.wrongListOfDecisions()).isEmpty();

    Files.writeString(decisions.resolve("0001-no.md"), "# 0001 No\n");
    Files.writeString(decisions.resolve("0002-maybe.md"), "# 0002 Maybe\n");

    assertThat(new References(directory).wrongListOfDecisions())
        .containsExactly("0001-yes.md", "0002-maybe.md");
  }

  @Test
  void a_link_to_a_file_that_does_not_exist_is_found() throws IOException {
    References small = aRepositoryWithOneContract();
    Path page = directory.resolve("README.md");
    Files.writeString(page, "[a](docs/contracts/wire.md#x) [b](docs/b.md) [c](https://host/c.md)");

    assertThat(small.wrongLinks(page)).containsExactly("no such file: docs/b.md");
  }

  private References aRepositoryWithOneContract() throws IOException {
    Path contracts = Files.createDirectories(directory.resolve(Path.of("docs", "contracts")));
    Files.writeString(contracts.resolve("wire.md"), "# Wire\n\n## 1. One\n\n### 1.2 Two\n");
    Path decisions = Files.createDirectories(directory.resolve(Path.of("docs", "decisions")));
    Files.writeString(decisions.resolve("0001-yes.md"), "# 0001 Yes\n");
    return new References(directory);
  }

  /** Returns all texts but this one, which has wrong citations on purpose. */
  private List<Path> citing() {
    String self = getClass().getSimpleName() + ".java";
    List<Path> texts = repository.texts();
    assertThat(texts).hasSizeGreaterThan(100);
    return texts.stream().filter(file -> !file.endsWith(self)).toList();
  }

  private static List<String> faults(List<Path> files, Function<Path, List<String>> check) {
    return files.stream()
        .flatMap(
            file -> check.apply(file).stream().map(fault -> ROOT.relativize(file) + ": " + fault))
        .toList();
  }
}
