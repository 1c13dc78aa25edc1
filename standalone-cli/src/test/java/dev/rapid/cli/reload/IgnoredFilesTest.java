package dev.rapid.cli.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IgnoredFilesTest {

  private static final Path ROOT = Path.of("/project");

  private static boolean ignores(String path, String... patterns) {
    return IgnoredFiles.usualAnd(List.of(patterns), Set.of()).has(ROOT, ROOT.resolve(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node_modules",
        "src/node_modules",
        ".git",
        "src/__pycache__",
        "app.pyc",
        ".venv",
        ".aws-sam/cache",
        "part/.aws-sam/cache",
        ".app.py.swp",
        "4913",
        "app.py~",
        "rapid.log"
      })
  void what_tools_and_editors_keep_beside_the_code_is_ignored(String path) {
    assertThat(ignores(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"app.py", "src/app.js", "gitignore", "build", "target/classes/A.class"})
  void code_is_not_ignored(String path) {
    assertThat(ignores(path)).isFalse();
  }

  @Test
  void a_pattern_without_a_slash_is_for_names_at_any_depth() {
    assertThat(ignores("a/b/data.json", "*.json")).isTrue();
    assertThat(ignores("a/build", "build/")).isTrue();
  }

  @Test
  void a_pattern_with_a_slash_is_for_the_end_of_the_path() {
    assertThat(ignores("a/data/x.json", "data/*.json")).isTrue();
    assertThat(ignores("data/x.json", "data/*.json")).isTrue();
    assertThat(ignores("other/x.json", "data/*.json")).isFalse();
  }

  @Test
  void a_pattern_that_begins_with_a_slash_is_for_the_whole_path() {
    assertThat(ignores("data", "/data")).isTrue();
    assertThat(ignores("a/data", "/data")).isFalse();
  }

  @Test
  void files_that_rapid_writes_itself_are_ignored() {
    IgnoredFiles ignored = IgnoredFiles.usualAnd(List.of(), Set.of(ROOT.resolve("out.txt")));

    assertThat(ignored.has(ROOT, ROOT.resolve("out.txt"))).isTrue();
    assertThat(ignored.has(ROOT, ROOT.resolve("in.txt"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "[a", "{a"})
  void what_is_no_glob_is_refused(String pattern) {
    assertThatThrownBy(() -> IgnoredFiles.usualAnd(List.of(pattern), Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pattern + "' is no pattern of files");
  }
}
