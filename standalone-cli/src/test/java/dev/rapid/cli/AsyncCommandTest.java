package dev.rapid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.Settlement;
import dev.rapid.core.time.NanoClock;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.MemoryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import dev.rapid.status.queue.QueueAccess;
import dev.rapid.status.queue.QueueCounts;
import dev.rapid.status.queue.QueuePages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command, against the pages of a queue. */
@Timeout(60)
final class AsyncCommandTest {

  private static final long START = 1_700_000_000_000L;
  private static final String ORDERS = Lanes.ofFunction("orders");

  @TempDir Path directory;
  private final MemoryStore store = new MemoryStore("node", 10_000_000, () -> START);
  private @Nullable StoreException failure;
  private HttpWorker worker;
  private HttpListener listener;
  private Shells shell;

  @BeforeEach
  void listen() throws IOException {
    shell = Shells.in(directory);
    worker = HttpWorker.start(1, 1024);
    listener =
        HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    listener.serve(new QueuePages(queue())::handle);
  }

  @AfterEach
  void close() {
    listener.close();
    worker.close();
  }

  private QueueAccess queue() {
    return new QueueAccess() {
      @Override
      public boolean isInUse() {
        return true;
      }

      @Override
      public EntryStore store() throws StoreException {
        StoreException why = failure;
        if (why != null) {
          throw why;
        }
        return store;
      }

      @Override
      public int retry(EntryFilter filter) {
        return store.retry(filter);
      }

      @Override
      public QueueCounts counts() {
        return new QueueCounts(this, NanoClock.SYSTEM);
      }
    };
  }

  private StoredEntry add(String lane, String payload) {
    StoredEntry entry = Entries.withPayload(lane, payload.getBytes(StandardCharsets.UTF_8), START);
    store.commit(Entries.adding(START, entry));
    return entry;
  }

  private StoredEntry dead(String reason) {
    add(ORDERS, "{}");
    StoredEntry claimed =
        store.commit(Entries.claiming(START, Map.of(ORDERS, 1))).claimed().getFirst();
    store.commit(
        Entries.settling(
            START,
            claimed,
            new Settlement.Dead(Settlement.Condition.RETRIES_EXHAUSTED, 3, reason)));
    return claimed;
  }

  private ExitCode run(String... words) {
    shell = Shells.in(directory);
    String[] all = new String[words.length + 3];
    all[0] = "async";
    System.arraycopy(words, 0, all, 1, words.length);
    all[words.length + 1] = "--url";
    all[words.length + 2] = "http://127.0.0.1:" + listener.address().getPort();
    int status = shell.run(all);
    for (ExitCode each : ExitCode.values()) {
      if (each.status() == status) {
        return each;
      }
    }
    throw new AssertionError(status);
  }

  private long count(EntryState state) {
    return store.list(new EntryFilter(null, null, null, state), null, 100_000).size();
  }

  @Test
  void a_list_has_a_row_for_each_entry_and_a_line_for_each_function() {
    StoredEntry gone = dead("it is broken");
    StoredEntry waits = add(Lanes.ofFunction("mails"), "{}");

    assertThat(run("list")).isEqualTo(ExitCode.SUCCESS);

    assertThat(shell.out().lines())
        .contains(
            "mails: 1 queued",
            "orders: 1 dead",
            gone.id()
                + "  orders    dead    3                               "
                + "RetriesExhausted: it is broken",
            waits.id() + "  mails     queued  0         2023-11-14T22:13:20Z");
    assertThat(shell.out())
        .startsWith("ID                                    FUNCTION  STATE   ATTEMPTS  DUE");
  }

  @Test
  void a_list_can_be_of_one_function_and_one_state() {
    dead("no");
    StoredEntry waits = add(ORDERS, "{}");
    add(Lanes.ofFunction("mails"), "{}");

    assertThat(run("list", "--function-name", "orders", "--state", "queued", "--json"))
        .isEqualTo(ExitCode.SUCCESS);

    assertThat(shell.out()).hasLineCount(1).contains("\"id\":\"" + waits.id() + "\"");
  }

  @Test
  void a_long_list_is_read_in_pages() {
    for (int i = 0; i < 1_500; i++) {
      add(ORDERS, "{}");
    }

    run("list", "--json", "--limit", "1400");

    assertThat(shell.out().lines().distinct()).hasSize(1_400);
  }

  @Test
  void an_empty_queue_says_so() {
    run("list");

    assertThat(shell.out()).isEqualTo("The queue is empty.\n");
  }

  @Test
  void a_payload_is_printed_on_request() {
    StoredEntry entry = add(ORDERS, "{\"item\":1}");

    run("show", entry.id().toString());
    assertThat(shell.out()).contains(entry.requestId()).doesNotContain("{\"item\":1}");
    run("show", entry.id().toString(), "--payload");
    assertThat(shell.out()).contains("payload        {\"item\":1}\n");
  }

  @Test
  void what_a_function_says_does_not_control_the_terminal() {
    dead("\u001b[2Jgone");

    run("list");

    assertThat(shell.out()).contains("?[2Jgone").doesNotContain("\u001b");
  }

  @Test
  void a_dead_entry_is_queued_again() {
    StoredEntry gone = dead("no");
    dead("no");

    assertThat(run("retry", gone.id().toString())).isEqualTo(ExitCode.SUCCESS);

    assertThat(shell.out()).isEqualTo("retried 1\n");
    assertThat(count(EntryState.QUEUED)).isEqualTo(1);
    assertThat(count(EntryState.DEAD)).isEqualTo(1);
  }

  @Test
  void chosen_entries_are_removed() {
    dead("no");
    dead("no");
    add(ORDERS, "{}");

    assertThat(run("purge", "--state", "dead")).isEqualTo(ExitCode.SUCCESS);

    assertThat(shell.out()).isEqualTo("purged 2\n");
    assertThat(count(EntryState.QUEUED)).isEqualTo(1);
  }

  @Test
  void nothing_is_done_to_all_entries_by_mistake() {
    dead("no");

    assertThat(run("purge")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.err()).contains("Nothing is chosen").contains("--all");
    assertThat(run("purge", "--all")).isEqualTo(ExitCode.SUCCESS);
    assertThat(shell.out()).isEqualTo("purged 1\n");
  }

  @Test
  void a_wrong_action_is_explained() {
    assertThat(run("lists")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.err()).contains("Did you mean 'rapid async list'?");
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(shell.err()).contains("There is no action");
    assertThat(run("show")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.err()).contains("There is no id");
  }

  @Test
  void an_entry_that_there_is_not_is_an_error_of_the_user() {
    assertThat(run("show", "00000000-0000-7000-8000-000000000000")).isEqualTo(ExitCode.USAGE);

    assertThat(shell.err()).contains("There is no entry 00000000-0000-7000-8000-000000000000");
  }

  @Test
  void a_store_that_is_away_is_said() {
    failure = new StoreException("the database is away", false, null);

    assertThat(run("list")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(shell.err()).contains("the database is away");
  }

  @Test
  void a_rapid_that_does_not_run_is_said() {
    listener.close();

    assertThat(run("list")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(shell.err()).contains("is a Rapid running there?");
  }
}
