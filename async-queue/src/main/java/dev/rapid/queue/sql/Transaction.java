package dev.rapid.queue.sql;

import dev.rapid.core.queue.QueueEntry;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.StoreChanges;
import dev.rapid.queue.store.StoreResult;
import dev.rapid.queue.store.StoredEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries out changes on one connection. Rows of one kind go to the database together, because each
 * statement of its own costs a round trip.
 */
final class Transaction {

  /** The claim holds: no other one has followed it, and it has not been settled yet. */
  private static final String HELD = " WHERE id = ? AND claim = ? AND state = 'RUNNING'";

  private static final String DONE = "DELETE FROM rapid_entry" + HELD;

  private static final String AGAIN =
      "UPDATE rapid_entry SET state = 'RETRYING', due = ?, attempts = ?, throttles = ?, reason = ?,"
          + " node = NULL"
          + HELD;

  private static final String DEAD =
      "UPDATE rapid_entry SET state = 'DEAD', due = NULL, attempts = ?, given_up_for = ?, reason ="
          + " COALESCE(?, reason), node = NULL"
          + HELD;

  /** Due since it was accepted, so that it keeps its place before those that came later. */
  private static final String RELEASED =
      "UPDATE rapid_entry SET due = accepted, node = NULL, state = CASE WHEN attempts = 0 AND"
          + " throttles = 0 THEN 'QUEUED' ELSE 'RETRYING' END"
          + HELD;

  private static final String EXTEND = "UPDATE rapid_entry SET due = ?" + HELD;

  /** Its parameters: lane, now, how many. */
  static final String DUE =
      "WHERE lane = ? AND due >= 0 AND due <= ? ORDER BY lane, due, id LIMIT ?";

  private static final String CLAIM =
      "UPDATE rapid_entry SET state = 'RUNNING', claim = claim + 1, due = ?, node = ? WHERE id = ?";

  private static final String NEXT_DUE =
      "SELECT CAST(? AS INTEGER) AS place, (SELECT due FROM rapid_entry WHERE lane = ? AND due >= 0"
          + " ORDER BY lane, due LIMIT 1) AS due";

  private final Connection connection;
  private final Dialect dialect;
  private final String node;
  private final Set<QueueEntry> lost = new HashSet<>();

  Transaction(Connection connection, Dialect dialect, String node) {
    this.connection = connection;
    this.dialect = dialect;
    this.node = node;
  }

  StoreResult carryOut(StoreChanges changes) throws SQLException {
    long leaseEnd = changes.nowMillis() + changes.leaseMillis();
    settle(changes.settled());
    extend(changes.extended(), leaseEnd);

    List<StoredEntry> added = new ArrayList<>(changes.added());
    for (StoreChanges.Settled settled : changes.settled()) {
      if (!lost.contains(settled.entry())) {
        added.addAll(settled.followers());
      }
    }
    insert(added);

    List<String> lanes = List.copyOf(changes.claims().keySet());
    Map<String, Long> nextDue = nextDue(lanes);
    List<StoredEntry> claimed = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (String lane : lanes) {
      Long due = nextDue.get(lane);
      if (due != null && due <= changes.nowMillis()) {
        claimed.addAll(
            claim(lane, changes.claims().getOrDefault(lane, 0), changes.nowMillis(), leaseEnd));
        changed.add(lane);
      }
    }
    nextDue.keySet().removeAll(changed);
    nextDue.putAll(nextDue(changed));
    return new StoreResult(Set.of(), lost, claimed, nextDue);
  }

  private void insert(List<StoredEntry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(Rows.INSERT)) {
      for (StoredEntry entry : entries) {
        Rows.set(insert, entry);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  // ----------------------------------------------------- what becomes of claims

  private void settle(List<StoreChanges.Settled> settled) throws SQLException {
    List<QueueEntry> done = new ArrayList<>();
    List<QueueEntry> again = new ArrayList<>();
    List<Settlement.Again> agains = new ArrayList<>();
    List<QueueEntry> dead = new ArrayList<>();
    List<Settlement.Dead> deads = new ArrayList<>();
    List<QueueEntry> released = new ArrayList<>();
    for (StoreChanges.Settled each : settled) {
      switch (each.settlement()) {
        case Settlement.Done() -> done.add(each.entry());
        case Settlement.Again settlement -> {
          again.add(each.entry());
          agains.add(settlement);
        }
        case Settlement.Dead settlement -> {
          dead.add(each.entry());
          deads.add(settlement);
        }
        case Settlement.Released() -> released.add(each.entry());
      }
    }
    change(DONE, done, (update, i) -> 1);
    change(
        AGAIN,
        again,
        (update, i) -> {
          update.setLong(1, agains.get(i).dueMillis());
          update.setInt(2, agains.get(i).attempts());
          update.setInt(3, agains.get(i).throttles());
          update.setString(4, Rows.reason(agains.get(i).reason()));
          return 5;
        });
    change(
        DEAD,
        dead,
        (update, i) -> {
          update.setInt(1, deads.get(i).attempts());
          update.setString(2, deads.get(i).condition().name());
          update.setString(3, Rows.reason(deads.get(i).reason()));
          return 4;
        });
    change(RELEASED, released, (update, i) -> 1);
  }

  private void extend(List<QueueEntry> entries, long leaseEnd) throws SQLException {
    change(
        EXTEND,
        entries,
        (update, i) -> {
          update.setLong(1, leaseEnd);
          return 2;
        });
  }

  /** Executes a statement for each of some claims, and notes those that do not hold. */
  private void change(String statement, List<QueueEntry> entries, Parameters parameters)
      throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    try (PreparedStatement update = connection.prepareStatement(statement)) {
      for (int i = 0; i < entries.size(); i++) {
        int next = parameters.set(update, i);
        update.setObject(next, entries.get(i).id());
        update.setInt(next + 1, entries.get(i).claim());
        update.addBatch();
      }
      int[] changed = update.executeBatch();
      for (int i = 0; i < entries.size(); i++) {
        if (changed[i] == 0) {
          lost.add(entries.get(i));
        }
      }
    }
  }

  // ------------------------------------------------------------------- claims

  private List<StoredEntry> claim(String lane, int atMost, long now, long leaseEnd)
      throws SQLException {
    List<StoredEntry> due = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(Rows.SELECT + DUE + dialect.lockOfClaims)) {
      select.setString(1, lane);
      select.setLong(2, now);
      select.setInt(3, atMost);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          due.add(Rows.entry(rows, true));
        }
      }
    }
    if (due.isEmpty()) {
      return due;
    }
    List<StoredEntry> claimed = new ArrayList<>();
    try (PreparedStatement update = connection.prepareStatement(CLAIM)) {
      for (StoredEntry entry : due) {
        update.setLong(1, leaseEnd);
        update.setString(2, node);
        update.setObject(3, entry.id());
        update.addBatch();
      }
      int[] changed = update.executeBatch();
      for (int i = 0; i < changed.length; i++) {
        if (changed[i] != 0) {
          claimed.add(due.get(i).claimedBy(node, leaseEnd));
        }
      }
    }
    return claimed;
  }

  /** Returns for each lane that has entries which are not dead when the first one is due. */
  private Map<String, Long> nextDue(List<String> lanes) throws SQLException {
    Map<String, Long> nextDue = new HashMap<>();
    if (lanes.isEmpty()) {
      return nextDue;
    }
    String all = String.join(" UNION ALL ", Collections.nCopies(lanes.size(), NEXT_DUE));
    try (PreparedStatement select = connection.prepareStatement(all)) {
      for (int i = 0; i < lanes.size(); i++) {
        select.setInt(2 * i + 1, i);
        select.setString(2 * i + 2, lanes.get(i));
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          long due = rows.getLong(2);
          if (!rows.wasNull()) {
            nextDue.put(lanes.get(rows.getInt(1)), due);
          }
        }
      }
    }
    return nextDue;
  }

  /** Sets the parameters of a row before its condition. */
  @FunctionalInterface
  private interface Parameters {

    /**
     * Sets them.
     *
     * @return the index of the next one
     */
    int set(PreparedStatement update, int row) throws SQLException;
  }
}
