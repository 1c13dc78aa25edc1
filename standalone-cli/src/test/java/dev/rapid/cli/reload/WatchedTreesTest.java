package dev.rapid.cli.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Changes of real files, as the operating system reports them. */
@Timeout(60)
final class WatchedTreesTest {

  private static final Subject A = new Subject.Code("a");
  private static final Subject B = new Subject.Code("b");
  private static final Subject SETTINGS = new Subject.Configuration();

  @TempDir Path directory;

  private final List<String> reports = new ArrayList<>();
  private WatchService service;
  private WatchedTrees trees;
  private Path code;
  private int allowed = Integer.MAX_VALUE;

  @BeforeEach
  void start() throws IOException {
    service = FileSystems.getDefault().newWatchService();
    trees = new WatchedTrees(this::register, IgnoredFiles.usualAnd(List.of(), Set.of()), this::on);
    code = Files.createDirectory(directory.resolve("code"));
  }

  @AfterEach
  void stop() throws IOException {
    service.close();
  }

  private WatchKey register(Path folder) throws IOException {
    if (allowed == 0) {
      throw new WatchLimitException(new IOException("User limit of inotify watches reached"));
    }
    allowed--;
    return folder.register(
        service,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
  }

  private void on(Subject subject, Path file) {
    String who = subject instanceof Subject.Code(String function) ? function : "settings";
    reports.add(who + " " + directory.relativize(file));
  }

  private void watch(Subject subject, Path path) {
    trees.watch(List.of(new Watched(path, subject)));
  }

  /** Handles changes until a report comes. */
  private void awaitReport(String report) throws InterruptedException {
    while (!reports.contains(report)) {
      handle(service.poll(30, TimeUnit.SECONDS), report);
    }
    reports.clear();
  }

  private void handle(@Nullable WatchKey key, String awaited) {
    if (key == null) {
      throw new AssertionError("no '" + awaited + "' but " + reports);
    }
    trees.signalled(key);
  }

  private static void write(Path file) throws IOException {
    Path unused = Files.writeString(file, "x");
  }

  // ------------------------------------------------------------------ code

  @Test
  void a_file_that_is_written_changes_the_code() throws Exception {
    write(code.resolve("app.py"));
    watch(A, code);

    write(code.resolve("app.py"));

    awaitReport("a code/app.py");
  }

  @Test
  void a_file_in_a_folder_below_changes_the_code() throws Exception {
    Path lib = Files.createDirectories(code.resolve("lib/deep"));
    watch(A, code);

    write(lib.resolve("b.py"));

    awaitReport("a code/lib/deep/b.py");
  }

  @Test
  void a_new_folder_is_watched_too() throws Exception {
    watch(A, code);
    Path lib = Files.createDirectory(code.resolve("lib"));
    awaitReport("a code/lib");

    write(lib.resolve("b.py"));

    awaitReport("a code/lib/b.py");
  }

  @Test
  void a_file_that_is_replaced_by_another_name_changes_the_code() throws Exception {
    write(code.resolve("app.py"));
    write(directory.resolve("new.py"));
    watch(A, code);

    Files.move(
        directory.resolve("new.py"),
        code.resolve("app.py"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);

    awaitReport("a code/app.py");
  }

  @Test
  void a_folder_that_a_build_deletes_and_makes_again_is_watched_again() throws Exception {
    Path built = Files.createDirectories(directory.resolve("build/hello"));
    watch(A, built);
    Files.delete(built);
    Files.delete(built.getParent());
    awaitReport("a build/hello");

    Files.createDirectories(built);
    awaitReport("a build");
    while (!Files.exists(built.resolve("app.py")) || reports.isEmpty()) {
      write(built.resolve("app.py"));
      handle(service.poll(30, TimeUnit.SECONDS), "a build/hello/app.py");
    }

    awaitReport("a build/hello/app.py");
  }

  @Test
  void what_is_ignored_is_not_even_registered() throws Exception {
    Path ignored = Files.createDirectories(code.resolve("node_modules/left-pad"));
    watch(A, code);
    int folders = trees.size();

    write(ignored.resolve("index.js"));
    write(code.resolve("app.js"));

    awaitReport("a code/app.js");
    assertThat(folders).isEqualTo(2);
  }

  @Test
  void a_change_behind_a_link_to_a_folder_changes_the_code() throws Exception {
    Path shared = Files.createDirectories(directory.resolve("shared/lib"));
    Path unused = Files.createSymbolicLink(code.resolve("lib"), shared);
    watch(A, code);

    write(shared.resolve("b.py"));

    awaitReport("a code/lib/b.py");
  }

  @Test
  void a_change_of_the_file_behind_a_link_changes_the_code() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    write(shared.resolve("b.py"));
    Path unused = Files.createSymbolicLink(code.resolve("b.py"), shared.resolve("b.py"));
    watch(A, code);

    write(shared.resolve("b.py"));

    awaitReport("a code/b.py");
  }

  @Test
  void code_that_is_itself_a_link_is_watched() throws Exception {
    Path unused = Files.createSymbolicLink(directory.resolve("link"), code);
    watch(A, directory.resolve("link"));

    write(code.resolve("app.py"));

    awaitReport("a link/app.py");
  }

  @Test
  void a_link_that_leads_back_ends() throws Exception {
    Path unused = Files.createSymbolicLink(code.resolve("self"), code);
    watch(A, code);

    write(code.resolve("app.py"));

    awaitReport("a code/app.py");
  }

  @Test
  void functions_that_share_code_change_together() throws Exception {
    trees.watch(List.of(new Watched(code, A), new Watched(code, B)));

    write(code.resolve("app.py"));

    awaitReport("b code/app.py");
  }

  @Test
  void a_function_whose_code_is_elsewhere_does_not_change() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    trees.watch(List.of(new Watched(code, A), new Watched(other, B)));
    write(other.resolve("app.py"));
    awaitReport("b other/app.py");

    write(code.resolve("app.py"));

    awaitReport("a code/app.py");
    assertThat(reports).doesNotContain("b code/app.py");
  }

  @Test
  void what_is_watched_no_more_is_not_registered_any_more() throws Exception {
    watch(A, code);
    assertThat(trees.size()).isEqualTo(2);

    trees.watch(List.of());

    assertThat(trees.size()).isZero();
  }

  // ------------------------------------------------------------------ single files

  @Test
  void an_archive_is_watched_alone() throws Exception {
    watch(A, code.resolve("a.zip"));
    write(code.resolve("b.zip"));
    write(code.resolve("a.zip"));

    awaitReport("a code/a.zip");
  }

  @Test
  void settings_among_the_code_are_no_code() throws Exception {
    trees.watch(List.of(new Watched(code, A), new Watched(code.resolve("rapid.yaml"), SETTINGS)));

    write(code.resolve("rapid.yaml"));
    write(code.resolve("app.py"));
    while (!reports.contains("a code/app.py")) {
      handle(service.poll(30, TimeUnit.SECONDS), "a code/app.py");
    }

    assertThat(reports).contains("settings code/rapid.yaml").doesNotContain("a code/rapid.yaml");
  }

  @Test
  void a_file_whose_folder_does_not_exist_yet_is_watched() throws Exception {
    Path template = directory.resolve("out/deep/template.yaml");
    watch(SETTINGS, template);
    Files.createDirectory(directory.resolve("out"));
    awaitReport("settings out");
    Files.createDirectory(directory.resolve("out/deep"));
    awaitReport("settings out/deep");

    write(template);

    awaitReport("settings out/deep/template.yaml");
  }

  // ------------------------------------------------------------------ limits

  @Test
  void with_a_limit_every_tree_has_its_top_and_the_rest_is_reported() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createDirectories(code.resolve("lib/deep"));
    allowed = 3;

    trees.watch(List.of(new Watched(code, A), new Watched(other, B)));

    assertThat(trees.takeRefused()).containsExactly(code.resolve("lib"), code.resolve("lib/deep"));
    write(other.resolve("app.py"));
    awaitReport("b other/app.py");
  }
}
