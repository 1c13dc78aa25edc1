package dev.rapid.fnfdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of sockets, whose names have a limit. */
final class SocketDirectoryTest {

  @TempDir private Path usual;
  @TempDir private Path other;

  @Test
  void a_directory_is_made_where_temporary_files_are() throws Exception {
    SocketDirectory made = SocketDirectory.create(usual, other);

    assertThat(made.socket().getParent()).hasParent(usual);
    made.delete();
  }

  @Test
  void a_name_over_the_limit_is_avoided() throws Exception {
    Path deep = Files.createDirectories(usual.resolve("x".repeat(90)));

    SocketDirectory made = SocketDirectory.create(deep, other);

    assertThat(made.toString().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(90);
    assertThat(made.socket().getParent()).hasParent(other);
    assertThat(deep).isEmptyDirectory();
    made.delete();
  }

  @Test
  void a_deletion_takes_all_that_a_worker_has_left() throws Exception {
    SocketDirectory made = SocketDirectory.create(usual, other);
    Path left = Files.createDirectories(made.socket().resolveSibling("a/b"));
    Files.createFile(left.resolve("file"));
    Files.createSymbolicLink(made.socket(), other);

    made.delete();

    assertThat(usual).isEmptyDirectory();
    assertThat(other).exists();
  }
}
