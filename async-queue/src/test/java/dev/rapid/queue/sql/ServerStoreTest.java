package dev.rapid.queue.sql;

import static dev.rapid.queue.store.Entries.LANE;
import static dev.rapid.queue.store.Entries.LEASE_MILLIS;
import static dev.rapid.queue.store.Entries.accepted;
import static dev.rapid.queue.store.Entries.adding;
import static dev.rapid.queue.store.Entries.claiming;
import static dev.rapid.queue.store.Entries.settling;
import static dev.rapid.queue.store.Entries.several;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.StoreContract;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreSettings;
import dev.rapid.queue.store.StoredEntry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServerStoreTest extends StoreContract {

  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    String missing = PostgresServer.missing();
    if (missing != null) {
      abort(missing);
    }
    server = PostgresServer.start();
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected EntryStore open() throws Exception {
    return open(server.newSchema(), "node-1");
  }

  @Test
  void nodes_that_claim_at_once_get_different_entries() throws Exception {
    StoreSettings settings = server.newSchema();
    List<EntryStore> nodes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < 3; i++) {
        nodes.add(open(settings, "node-" + i));
      }
      nodes.get(0).commit(adding(1, several(300, 1).toArray(new StoredEntry[0])));

      List<Callable<List<UUID>>> claims = new ArrayList<>();
      for (EntryStore node : nodes) {
        claims.add(() -> {
          List<UUID> claimed = new ArrayList<>();
          while (true) {
            var some = node.commit(claiming(1_000, Map.of(LANE, 7))).claimed();
            if (some.isEmpty()) {
              return claimed;
            }
            some.forEach(entry -> claimed.add(entry.id()));
          }
        });
      }
      List<UUID> all = new ArrayList<>();
      for (Future<List<UUID>> claimed : threads.invokeAll(claims)) {
        all.addAll(claimed.get());
      }

      assertThat(all).hasSize(300).doesNotHaveDuplicates();
    } finally {
      nodes.forEach(EntryStore::close);
    }
  }

  @Test
  void an_entry_of_a_node_is_claimed_by_another_one_after_its_lease() throws Exception {
    StoreSettings settings = server.newSchema();
    try (EntryStore one = open(settings, "node-1");
        EntryStore two = open(settings, "node-2")) {
      one.commit(adding(1, accepted(1)));
      StoredEntry first = one.commit(claiming(1, Map.of(LANE, 1))).claimed().get(0);
      assertThat(two.commit(claiming(LEASE_MILLIS, Map.of(LANE, 1))).claimed()).isEmpty();

      StoredEntry second = two.commit(claiming(1 + LEASE_MILLIS, Map.of(LANE, 1))).claimed().get(0);

      assertThat(second.node()).isEqualTo("node-2");
      assertThat(one.commit(settling(2, first, new Settlement.Done())).lost())
          .containsExactly(first.entry());
      assertThat(two.commit(settling(2, second, new Settlement.Done())).lost()).isEmpty();
    }
  }

  @Test
  void nodes_that_start_at_once_make_the_tables_once() throws Exception {
    StoreSettings settings = server.newSchema();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<EntryStore>> openings = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String node = "node-" + i;
        openings.add(() -> open(settings, node));
      }
      Set<EntryStore> opened = new HashSet<>();
      for (Future<EntryStore> each : threads.invokeAll(openings)) {
        opened.add(each.get());
      }
      assertThat(opened).hasSize(4);
      for (EntryStore each : opened) {
        each.commit(adding(1, accepted(1)));
      }
      assertThat(opened.iterator().next().list(EntryFilter.ALL, null, 10)).hasSize(4);
      opened.forEach(EntryStore::close);
    }
  }

  @Test
  void a_claim_reads_the_first_rows_of_the_index() throws Exception {
    StoreSettings.InDatabase settings = server.newSchema();
    try (EntryStore store = open(settings, "node-1");
        var connections = new ServerDatabase(settings).connect()) {
      store.commit(adding(1, several(2_000, 1).toArray(new StoredEntry[0])));

      assertThat(Plans.ofClaim(connections, Dialect.POSTGRESQL))
          .contains("Index Scan using rapid_entry_due")
          .doesNotContain("Sort");
    }
  }

  @Test
  void the_time_is_that_of_the_database() throws Exception {
    try (EntryStore store = open(server.newSchema(), "node-1")) {
      assertThat(store.nowMillis())
          .isBetween(System.currentTimeMillis() - 2_000, System.currentTimeMillis() + 2_000);
      assertThat(store.isShared()).isTrue();
    }
  }

  @Test
  void a_wrong_password_is_refused_at_once() throws Exception {
    var settings = new StoreSettings.InDatabase(server.url(), "wrong");

    assertThatThrownBy(() -> open(settings, "node-1"))
        .hasMessage(
            "The database "
                + server.url().replaceAll("\\?.*", "")
                + " cannot be used: FATAL: password authentication failed for user \"rapid\"")
        .matches(e -> ((StoreException) e).isPermanent());
  }

  @Test
  void a_database_that_is_missing_is_named() throws Exception {
    String url = server.url().replace("/postgres?", "/missing?");

    assertThatThrownBy(
            () -> open(new StoreSettings.InDatabase(url, PostgresServer.PASSWORD), "node-1"))
        .hasMessageEndingWith("FATAL: database \"missing\" does not exist")
        .matches(e -> ((StoreException) e).isPermanent());
  }

  @Test
  void a_server_that_cannot_be_reached_may_come_later() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/rapid";

    assertThatThrownBy(() -> open(new StoreSettings.InDatabase(url, null), "node-1"))
        .hasMessageStartingWith("The database " + url + " cannot be used: Connection to")
        .matches(e -> !((StoreException) e).isPermanent());
  }

  @Test
  void tables_of_a_newer_version_are_refused() throws Exception {
    StoreSettings.InDatabase settings = server.newSchema();
    open(settings, "node-1").close();
    String schema = settings.url().substring(settings.url().lastIndexOf('=') + 1);
    server.execute("INSERT INTO " + schema + ".rapid_schema (version) VALUES (7)");

    assertThatThrownBy(() -> open(settings, "node-1"))
        .hasMessageContaining("its tables have version 7, which a newer Rapid has made")
        .matches(e -> ((StoreException) e).isPermanent());
  }

  @Test
  void the_store_works_again_when_the_server_is_back() throws Exception {
    try (EntryStore store = open(server.newSchema(), "node-1")) {
      StoredEntry before = accepted(1);
      store.commit(adding(1, before));
      server.stop();
      assertThatThrownBy(() -> store.commit(adding(1, accepted(2))))
          .hasMessageStartingWith("The database ")
          .matches(e -> !((StoreException) e).isPermanent());
      server.begin();

      StoredEntry after = accepted(3);
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(StoreException.class)
          .until(() -> store.commit(adding(1, after)).lost().isEmpty());
      assertThat(store.find(before.id())).isNotNull();
      assertThat(store.find(after.id())).isNotNull();
    }
  }

  @Test
  void what_is_committed_survives_a_crash_of_the_server() throws Exception {
    try (EntryStore store = open(server.newSchema(), "node-1")) {
      StoredEntry entry = accepted(1);
      store.commit(adding(1, entry));
      server.kill();
      server.begin();

      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(StoreException.class)
          .until(() -> store.find(entry.id()) != null);
    }
  }

  @Test
  void a_text_that_postgresql_does_not_take_is_replaced() throws Exception {
    try (EntryStore store = open(server.newSchema(), "node-1")) {
      store.commit(adding(1, accepted(1)));
      StoredEntry claimed = store.commit(claiming(1, Map.of(LANE, 1))).claimed().get(0);

      store.commit(settling(1, claimed, new Settlement.Again(9, 1, 0, "a\0b\uD800c")));

      assertThat(store.find(claimed.id())).extracting(StoredEntry::reason).isEqualTo("a\uFFFDb?c");
    }
  }

  private static EntryStore open(StoreSettings settings, String node) throws StoreException {
    return Stores.opener(settings).open(node);
  }
}
