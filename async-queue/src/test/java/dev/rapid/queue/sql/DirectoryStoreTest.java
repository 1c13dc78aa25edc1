package dev.rapid.queue.sql;

import static dev.rapid.queue.store.Entries.LANE;
import static dev.rapid.queue.store.Entries.accepted;
import static dev.rapid.queue.store.Entries.adding;
import static dev.rapid.queue.store.Entries.claiming;
import static dev.rapid.queue.store.Entries.withPayload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreContract;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreSettings;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends StoreContract {

  @TempDir Path directory;

  @Override
  protected EntryStore open() throws StoreException {
    return open(directory.resolve("contract"));
  }

  @Test
  void a_directory_that_is_missing_is_made() throws Exception {
    Path deep = directory.resolve("one/two");
    open(deep).close();

    assertThat(deep.resolve("queue.mv.db")).isRegularFile();
  }

  @Test
  void entries_are_there_when_the_directory_is_opened_again() throws Exception {
    StoredEntry queued = accepted(2);
    try (EntryStore store = open(directory)) {
      store.commit(adding(1, queued));
    }

    try (EntryStore store = open(directory)) {
      assertThat(store.find(queued.id())).usingRecursiveComparison().isEqualTo(queued);
    }
  }

  @Test
  void claims_of_an_earlier_process_end_when_the_directory_is_opened_again() throws Exception {
    StoredEntry claimed = accepted(1);
    try (EntryStore store = open(directory)) {
      store.commit(adding(1, claimed));
      store.commit(claiming(1, Map.of(LANE, 1)));
    }

    try (EntryStore store = open(directory)) {
      assertThat(store.find(claimed.id()))
          .extracting(StoredEntry::state)
          .isEqualTo(EntryState.QUEUED);
      assertThat(store.commit(claiming(1, Map.of(LANE, 1))).claimed()).hasSize(1);
    }
  }

  @Test
  void nothing_but_the_file_is_left_in_the_directory() throws Exception {
    Path own = directory.resolve("own");
    open(own).close();

    try (var files = Files.list(own)) {
      assertThat(files).containsExactly(own.resolve("queue.mv.db"));
    }
  }

  @Test
  void a_directory_that_another_store_uses_is_refused() throws Exception {
    try (EntryStore first = open(directory)) {
      first.commit(adding(1, accepted(1)));
      ProcessBuilder builder =
          new ProcessBuilder(
              ProcessHandle.current().info().command().orElseThrow(),
              "-cp",
              System.getProperty("java.class.path"),
              OpenedElsewhere.class.getName(),
              directory.toString());
      Process other = builder.redirectErrorStream(true).start();
      String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(output.strip())
          .endsWith(
              "permanent=true: The data directory "
                  + directory
                  + " cannot be used: another Rapid uses it: stop that one, or choose another"
                  + " directory");
    }
  }

  @Test
  void tables_of_a_newer_version_are_refused() throws Exception {
    open(directory).close();
    try (Connection connection =
            DriverManager.getConnection("jdbc:h2:file:" + directory.resolve("queue"), "rapid", "");
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO rapid_schema (version) VALUES (7)");
    }

    assertThatThrownBy(() -> open(directory))
        .hasMessage(
            "The data directory "
                + directory
                + " cannot be used: its tables have version 7, which a newer Rapid has made, and"
                + " this one knows version 1: use the newer Rapid, or another place for the queue")
        .matches(e -> ((StoreException) e).isPermanent());
  }

  @Test
  void a_file_in_the_place_of_the_directory_is_refused() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> open(file))
        .hasMessageStartingWith("The data directory " + file + " cannot be used: it cannot be made")
        .matches(e -> ((StoreException) e).isPermanent());
  }

  @Test
  void a_damaged_file_is_refused() throws Exception {
    Files.writeString(directory.resolve("queue.mv.db"), "x".repeat(20_000));

    assertThatThrownBy(() -> open(directory))
        .hasMessageStartingWith("The data directory " + directory + " cannot be used: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_claim_reads_the_first_rows_of_the_index() throws Exception {
    try (EntryStore store = open(directory)) {
      store.commit(adding(1, accepted(1)));
      try (var connections = new DirectoryDatabase(directory).connect()) {
        assertThat(Plans.ofClaim(connections, Dialect.H2)).contains("index sorted");
      }
    }
  }

  @Test
  void the_store_goes_on_when_a_full_disk_has_room_again() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    if (execute("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString()) != 0) {
      abort("only root may mount a small disk");
    }
    try (EntryStore store = open(disk.resolve("data"))) {
      Path other = Files.write(disk.resolve("other"), new byte[1 << 20]);
      List<UUID> committed = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                while (true) {
                  StoredEntry entry = withPayload(LANE, new byte[20_000], 1);
                  store.commit(adding(1, entry));
                  committed.add(entry.id());
                }
              })
          .hasMessage(
              "The data directory " + disk.resolve("data") + " cannot be used: the disk is full")
          .matches(e -> !((StoreException) e).isPermanent());
      Files.delete(other);

      StoredEntry after = accepted(1);
      await()
          .ignoreExceptionsInstanceOf(StoreException.class)
          .until(() -> store.commit(adding(1, after)).lost().isEmpty());
      committed.add(after.id());
      assertThat(store.list(EntryFilter.ALL, null, 1_000))
          .extracting(StoredEntry::id)
          .containsAll(committed);
    } finally {
      execute("umount", "-l", disk.toString());
    }
  }

  @Test
  void a_directory_that_cannot_be_written_is_refused() throws Exception {
    Path readOnly = Files.createDirectory(directory.resolve("read-only"));
    if (execute("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", readOnly.toString()) != 0) {
      abort("only root may mount a disk that cannot be written");
    }
    try {
      assertThatThrownBy(() -> open(readOnly))
          .hasMessage("The data directory " + readOnly + " cannot be used: it cannot be written")
          .matches(e -> ((StoreException) e).isPermanent());
    } finally {
      execute("umount", "-l", readOnly.toString());
    }
  }

  private static int execute(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static EntryStore open(Path path) throws StoreException {
    return Stores.opener(new StoreSettings.InDirectory(path)).open("node-1");
  }

  /** Opens a directory in a process of its own and prints why that is not possible. */
  static final class OpenedElsewhere {

    private OpenedElsewhere() {}

    public static void main(String[] args) {
      try {
        open(Path.of(args[0])).close();
        System.out.println("opened");
      } catch (StoreException e) {
        System.out.println("permanent=" + e.isPermanent() + ": " + e.getMessage());
      }
    }
  }
}
