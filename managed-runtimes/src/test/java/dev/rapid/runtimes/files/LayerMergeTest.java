package dev.rapid.runtimes.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerMergeTest {

  @TempDir Path temporary;

  private Path file(String path) throws IOException {
    Path file = temporary.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, path);
  }

  private Path merge(String... layers) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    plan(layers).make(folder);
    return folder;
  }

  private LayerMerge plan(String... layers) throws IOException {
    return LayerMerge.of(List.of(layers).stream().map(temporary::resolve).toList());
  }

  @Test
  void directories_are_merged_and_later_files_win() throws IOException {
    file("one/python/a.py");
    file("one/python/b.py");
    file("two/python/b.py");

    Path merged = merge("one", "two");

    assertThat(merged.resolve("python/a.py")).hasContent("one/python/a.py");
    assertThat(merged.resolve("python/b.py")).hasContent("two/python/b.py");
  }

  @Test
  void files_are_links_and_not_copies() throws IOException {
    Path source = file("one/bin/tool");
    file("two/bin/other");

    Path merged = merge("one", "two");

    Files.writeString(source, "edited");
    assertThat(merged.resolve("bin/tool")).hasContent("edited");
  }

  @Test
  void a_file_replaces_a_directory_of_an_earlier_layer() throws IOException {
    file("one/x/inside");
    file("two/x");

    assertThat(merge("one", "two").resolve("x")).hasContent("two/x");
  }

  @Test
  void a_directory_replaces_a_file_and_what_was_before_it() throws IOException {
    file("one/x/first");
    file("two/x");
    file("three/x/third");

    Path merged = merge("one", "two", "three");

    assertThat(merged.resolve("x/third")).hasContent("three/x/third");
    assertThat(merged.resolve("x/first")).doesNotExist();
  }

  @Test
  void a_folder_among_the_extensions_is_no_link_because_a_link_is_an_extension()
      throws IOException {
    file("one/extensions/first");
    file("one/extensions/files/data");
    file("two/extensions/second");

    Path merged = merge("one", "two");

    assertThat(Files.isSymbolicLink(merged.resolve("extensions/first"))).isTrue();
    assertThat(Files.isSymbolicLink(merged.resolve("extensions/files"))).isFalse();
    assertThat(merged.resolve("extensions/files/data")).hasContent("one/extensions/files/data");
  }

  @Test
  void the_key_changes_with_the_files_that_are_linked() throws IOException {
    file("one/a/x");
    file("two/a/y");
    String key = plan("one", "two").key();

    assertThat(plan("one", "two").key()).isEqualTo(key);
    file("two/a/z");
    assertThat(plan("one", "two").key()).isNotEqualTo(key);
  }
}
