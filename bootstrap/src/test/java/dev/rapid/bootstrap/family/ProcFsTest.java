package dev.rapid.bootstrap.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {

  @TempDir private Path root;

  @Test
  void a_program_with_brackets_in_its_name_is_understood() throws IOException {
    file("7/stat", "7 (evil) Z 1 (x) S 3 5 6 0 -1");

    assertThat(new ProcFs(root).running()).containsEntry(7L, new ProcFs.Entry(3, 5, 6, true));
  }

  @Test
  void processes_that_have_ended_do_not_count_as_running() throws IOException {
    file("7/stat", "7 (sh) Z 1 7 7 0 -1");
    file("8/stat", "8 (sh) X 1 7 7 0 -1");
    file("9/stat", "");

    assertThat(new ProcFs(root).running()).isEmpty();
  }

  @Test
  void a_process_whose_first_thread_has_ended_runs_while_others_do() throws IOException {
    file("7/stat", "7 (go) Z 1 7 7 0 -1");
    file("7/task/7/stat", "");
    file("7/task/9/stat", "");

    assertThat(new ProcFs(root).running()).containsOnlyKeys(7L);
  }

  @Test
  void the_soft_limit_on_file_locks_is_found_among_the_limits() throws IOException {
    file(
        "7/limits",
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max locked memory         8388608              8388608              bytes
        Max file locks            123456789012000007   unlimited            locks
        """);
    ProcFs proc = new ProcFs(root);

    assertThat(proc.fileLockLimit(7)).contains("123456789012000007");
    assertThat(proc.fileLockLimit(8)).isEmpty();
  }

  @Test
  void the_peak_of_a_tree_is_the_sum_over_the_children_of_all_threads() throws IOException {
    file("7/status", "Name:\tsh\nVmHWM:\t    100 kB\nVmRSS:\t 50 kB\n");
    file("7/task/7/children", "8 ");
    file("7/task/70/children", "9 ");
    file("8/status", "VmHWM:\t 20 kB\n");
    file("8/task/8/children", "");
    file("9/status", "Name: kernel thread\n");

    assertThat(new ProcFs(root).peakResidentBytes(7)).isEqualTo(120 * 1024);
  }

  @Test
  void without_a_table_nothing_is_known() {
    ProcFs none = new ProcFs(root.resolve("absent"));

    assertThat(none.isPresent()).isFalse();
    assertThat(none.showsLimits()).isFalse();
    assertThat(none.running()).isEmpty();
    assertThat(none.peakResidentBytes(1)).isZero();
  }

  private void file(String name, String text) throws IOException {
    Path path = root.resolve(name);
    Files.createDirectories(root.resolve(name.substring(0, name.lastIndexOf('/'))));
    Files.writeString(path, text);
  }
}
