package dev.rapid.templates.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract templates-and-runtimes, sections 4.1 and 4.4. */
class DocumentsTest {

  private static final Path FILE = Path.of("t.yaml");

  private final Problems problems = new Problems();

  @TempDir private Path directory;

  @ParameterizedTest(name = "{0} is {1}")
  @CsvFileSource(
      resources = "short-forms.csv",
      numLinesToSkip = 1,
      quoteCharacter = '\0',
      delimiter = '|')
  void a_short_form_is_the_mapping_that_it_stands_for(String yaml, String json) throws Exception {
    assertThat(Trees.json(parse("V: " + yaml.strip()))).isEqualTo("{\"V\":" + json.strip() + "}");
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void a_short_form_takes_the_list_below_it() throws Exception {
    assertThat(Trees.json(parse("V: !Sub\n  - ${a}\n  - a: !Ref B\n")))
        .isEqualTo("{\"V\":{\"Fn::Sub\":[\"${a}\",{\"a\":{\"Ref\":\"B\"}}]}}");
  }

  @Test
  void values_and_keys_have_lines_and_columns_from_1() throws Exception {
    MapNode root = (MapNode) parse("A:\n  B: x\n  C: !Ref y\n");
    MapNode a = Trees.mapping(root, "A");

    assertThat(root.positionOf("A")).isEqualTo(new Position(FILE, 1, 1));
    assertThat(a.positionOf("C")).isEqualTo(new Position(FILE, 3, 3));
    assertThat(Trees.at(a, "B").position()).isEqualTo(new Position(FILE, 2, 6));
    assertThat(Trees.at(a, "C").position()).hasToString("t.yaml:3:6");
  }

  @Test
  void json_has_the_same_tree_with_positions() throws Exception {
    MapNode root = (MapNode) parse("{\"A\": {\n  \"B\": [1.50, true, null, \"null\"]}}");
    MapNode a = Trees.mapping(root, "A");

    assertThat(Trees.json(root)).isEqualTo("{\"A\":{\"B\":[1.50,true,null,\"null\"]}}");
    assertThat(root.positionOf("A")).isEqualTo(new Position(FILE, 1, 2));
    assertThat(a.positionOf("B")).isEqualTo(new Position(FILE, 2, 3));
    assertThat(((ListNode) Trees.at(a, "B")).items().get(1).position())
        .isEqualTo(new Position(FILE, 2, 15));
  }

  @Test
  void json_may_be_indented_with_tabs_and_have_any_name() throws Exception {
    Path file = directory.resolve("template.yaml");
    Files.writeString(file, "{\n\t\"A\": 1\n}\n");

    assertThat(Trees.json(Documents.readMapping(file, problems))).isEqualTo("{\"A\":1}");
  }

  @Test
  void a_mapping_in_braces_that_is_not_json_is_yaml() throws Exception {
    assertThat(Trees.json(parse("{A: !Ref B, C: 'x'}")))
        .isEqualTo("{\"A\":{\"Ref\":\"B\"},\"C\":\"x\"}");
  }

  @ParameterizedTest
  @CsvSource({"'A: 1\nB: 2\nA: 3', 3:1", "'{\"A\": 1, \"B\": 2,\n\"A\": 3}', 2:1"})
  void of_equal_keys_the_last_one_counts_with_a_warning_that_names_both_lines(
      String text, String place) throws Exception {
    MapNode root = (MapNode) parse(text);

    assertThat(Trees.json(root)).isEqualTo("{\"A\":3,\"B\":2}");
    String first = "1";
    assertThat(problems.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:%s: the key 'A' is in line %s already; this one, in line %s, is used"
                .formatted(place, first, place.charAt(0)));
  }

  @Test
  void a_merge_key_adds_what_is_not_there() throws Exception {
    MapNode root =
        (MapNode)
            parse(
                """
                b: &b {X: 1, Y: 2}
                c: &c {Y: 3, Z: 4}
                one: {<<: *b, X: 9}
                several: {<<: [*c, *b], W: 0}
                """);

    assertThat(Trees.json(Trees.at(root, "one"))).isEqualTo("{\"X\":9,\"Y\":2}");
    assertThat(Trees.json(Trees.at(root, "several")))
        .isEqualTo("{\"W\":0,\"Y\":3,\"Z\":4,\"X\":1}");
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void an_alias_of_itself_is_an_error() {
    assertFault(
        () -> parse("a: 1\nb: &x [1, *x]"), "t.yaml:2:4: this value contains an alias of itself");
  }

  @Test
  void aliases_that_multiply_are_an_error_at_once() {
    String text =
        IntStream.range(0, 30)
            .mapToObj(i ->
                "k"
                    + i
                    + ": &a"
                    + i
                    + (i == 0 ? " x" : " [" + "*a%d, ".formatted(i - 1).repeat(9) + "]"))
            .collect(Collectors.joining("\n"));

    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertFault(
                () -> parse(text),
                "the document has more than 100000 values; do aliases repeat each other?"));
  }

  @ParameterizedTest
  @CsvSource({"200,[,]", "60000,[,]", "200,'{\"a\":',}", "60000,'{a: ',}"})
  void lists_and_mappings_that_are_too_deep_are_an_error(int depth, String begin, String end) {
    assertFault(
        () -> parse(begin.repeat(depth) + "1" + end.repeat(depth)),
        "more than 100 lists and mappings are inside each other here");
  }

  @Test
  void a_byte_order_mark_and_line_ends_of_windows_are_no_problem() throws Exception {
    Path file = directory.resolve("t.yaml");
    Files.writeString(file, "\uFEFFA: |\r\n  x\r\n  y\r\nB: 1\r\n");

    MapNode root = Documents.readMapping(file, problems);

    assertThat(Trees.json(root)).isEqualTo("{\"A\":\"x\\ny\\n\",\"B\":1}");
    assertThat(root.positionOf("B")).isEqualTo(new Position(file, 4, 1));
  }

  @Test
  void a_byte_that_is_not_utf_8_has_its_place() throws IOException {
    Path file = directory.resolve("t.yaml");
    Files.write(file, "A: 1\nB: \u00e4".getBytes(StandardCharsets.ISO_8859_1));

    assertFault(
        () -> Documents.read(file, problems),
        file + ":2:4: this byte is not UTF-8; save the file as UTF-8");
  }

  @Test
  void a_file_that_does_not_exist_is_named() {
    Path file = directory.resolve("none.yaml");

    assertFault(() -> Documents.read(file, problems), file + ":1:1: there is no such file");
  }

  @Test
  void a_directory_is_not_a_file() {
    assertFault(
        () -> Documents.read(directory, problems),
        directory + ":1:1: this is a directory, not a file");
  }

  @Test
  void an_octal_number_without_quotes_is_kept_with_a_warning() throws Exception {
    assertThat(Trees.text(parse("A: 012345670123"), "A")).isEqualTo("012345670123");
    assertThat(problems.warnings())
        .singleElement()
        .asString()
        .startsWith("t.yaml:1:4: '012345670123' without quotes is an octal number");
  }

  @Test
  void binary_values_and_unknown_types_are_warnings() throws Exception {
    assertThat(Trees.json(parse("A: !!binary aGk=\nB: !<x:y> z\n")))
        .isEqualTo("{\"A\":\"aGk=\",\"B\":\"z\"}");
    assertThat(problems.warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:1:4: CloudFormation has no binary values; this one is used as text",
            "t.yaml:2:4: the tag 'x:y' has no meaning in a template; it is ignored");
  }

  @Test
  void keys_are_texts_as_written() throws Exception {
    assertThat(((MapNode) parse("on: a\n1: b\n012: c\n~: d\n")).entries().sequencedKeySet())
        .containsExactly("on", "1", "012", "~");
  }

  private Node parse(String text) throws TemplateException {
    return Documents.parse(FILE, text, problems);
  }

  private static void assertFault(ThrowingCallable code, String message) {
    assertThatThrownBy(code).isInstanceOf(TemplateException.class).hasMessageContaining(message);
  }
}
