package dev.rapid.fnfdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of sockets: their names have a limit, and none is left. */
final class SocketDirectoriesTest {

  @TempDir private Path usual;
  @TempDir private Path other;

  @Test
  void a_directory_is_made_where_temporary_files_are() throws Exception {
    try (SocketDirectories directories = new SocketDirectories(usual, other)) {
      SocketDirectory made = directories.make();

      assertThat(made.socket()).startsWithRaw(usual);
      assertThat(made.socket().getParent()).isEmptyDirectory();
    }
  }

  @Test
  void no_two_processes_have_the_same_directory() throws Exception {
    try (SocketDirectories directories = new SocketDirectories(usual, other)) {
      assertThat(directories.make().socket()).isNotEqualTo(directories.make().socket());
    }
  }

  @Test
  void a_name_over_the_limit_is_avoided() throws Exception {
    Path deep = Files.createDirectories(usual.resolve("x".repeat(80)));

    try (SocketDirectories directories = new SocketDirectories(deep, other)) {
      SocketDirectory made = directories.make();

      assertThat(made.toString().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(90);
      assertThat(made.socket()).startsWithRaw(other);
      assertThat(deep).isEmptyDirectory();
    }
  }

  @Test
  void a_deletion_takes_all_that_a_worker_has_left() throws Exception {
    SocketDirectories directories = new SocketDirectories(usual, other);
    SocketDirectory made = directories.make();
    Path left = Files.createDirectories(made.socket().resolveSibling("a/b"));
    Files.createFile(left.resolve("file"));
    Files.createSymbolicLink(made.socket(), other);

    made.delete();

    assertThat(made.socket().getParent()).doesNotExist();
    assertThat(other).exists();
    directories.close();
  }

  @Test
  void the_end_takes_all_directories() throws Exception {
    SocketDirectories directories = new SocketDirectories(usual, other);
    Files.createFile(directories.make().socket());
    Files.createFile(directories.make().socket());

    directories.close();

    assertThat(usual).isEmptyDirectory();
  }

  @Test
  void what_a_killed_program_has_left_is_deleted() throws Exception {
    Path left = Files.createDirectories(usual.resolve("rapid-fn-17/1"));
    Files.createFile(left.resolve("lsnr.sock"));
    Files.createFile(left.resolveSibling("lock"));

    try (SocketDirectories directories = new SocketDirectories(usual, other)) {
      SocketDirectory unused = directories.make();

      assertThat(usual.resolve("rapid-fn-17")).doesNotExist();
    }
  }

  @Test
  void a_directory_that_is_no_directory_does_not_prevent_a_start() throws Exception {
    Path odd = Files.createFile(usual.resolve("rapid-fn-18"));

    try (SocketDirectories directories = new SocketDirectories(usual, other)) {
      assertThat(directories.make().socket()).startsWithRaw(usual);
      assertThat(odd).exists();
    }
  }

  @Test
  void what_others_have_under_such_a_name_stays() throws Exception {
    Path foreign = Files.createDirectories(usual.resolve("rapid-fn-cluster"));

    try (SocketDirectories directories = new SocketDirectories(usual, other)) {
      SocketDirectory unused = directories.make();

      assertThat(foreign).exists();
    }
  }

  @Test
  void a_program_that_runs_keeps_its_directories() throws Exception {
    Process running =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Running.class.getName(),
                usual.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = running.inputReader();
        SocketDirectories directories = new SocketDirectories(usual, other)) {
      Path theirs = Path.of(output.readLine());

      SocketDirectory unused = directories.make();
      assertThat(theirs).exists();

      running.destroyForcibly().waitFor();
      try (SocketDirectories next = new SocketDirectories(usual, other)) {
        SocketDirectory ofNext = next.make();

        assertThat(theirs).doesNotExist();
        assertThat(unused.socket().getParent()).exists();
        assertThat(ofNext.socket().getParent()).exists();
      }
    } finally {
      running.destroyForcibly().waitFor();
    }
    try (Stream<Path> left = Files.list(usual)) {
      assertThat(left.toList()).isEqualTo(List.of());
    }
  }

  /** A program with a directory, until it is killed. */
  static final class Running {

    private Running() {}

    public static void main(String[] args) throws Exception {
      SocketDirectories directories = new SocketDirectories(Path.of(args[0]), Path.of(args[0]));
      System.out.println(directories.make().socket().getParent());
      int unused = System.in.read();
    }
  }
}
