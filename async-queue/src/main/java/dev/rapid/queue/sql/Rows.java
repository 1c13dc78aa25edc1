package dev.rapid.queue.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.queue.Settlement;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.JsonReader;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Entries as rows of the table. */
final class Rows {

  private static final String COLUMNS_WITHOUT_PAYLOAD =
      "id, lane, function_name, request_id, attributes, payload_bytes, accepted, due, state, claim,"
          + " attempts, throttles, node, given_up_for, reason";

  static final String INSERT =
      "INSERT INTO rapid_entry ("
          + COLUMNS_WITHOUT_PAYLOAD
          + ", payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  static final String SELECT = "SELECT " + COLUMNS_WITHOUT_PAYLOAD + ", payload FROM rapid_entry ";

  static final String SELECT_WITHOUT_PAYLOAD =
      "SELECT " + COLUMNS_WITHOUT_PAYLOAD + " FROM rapid_entry ";

  private static final int MAX_REASON = 4_000;
  private static final byte[] NO_PAYLOAD = {};

  private Rows() {}

  /** Sets the parameters of {@link #INSERT}. */
  static void set(PreparedStatement insert, StoredEntry entry) throws SQLException {
    int i = 0;
    insert.setObject(++i, entry.id());
    insert.setString(++i, text(entry.lane()));
    insert.setString(++i, text(entry.function()));
    insert.setString(++i, text(entry.requestId()));
    insert.setString(++i, text(new JsonObject().putAll(entry.attributes()).toString()));
    insert.setInt(++i, entry.payload().length);
    insert.setLong(++i, entry.acceptedMillis());
    if (entry.state() == EntryState.DEAD) {
      insert.setNull(++i, Types.BIGINT);
    } else {
      insert.setLong(++i, entry.dueMillis());
    }
    insert.setString(++i, entry.state().name());
    insert.setInt(++i, entry.claim());
    insert.setInt(++i, entry.attempts());
    insert.setInt(++i, entry.throttles());
    insert.setString(++i, entry.node());
    Settlement.Condition condition = entry.condition();
    insert.setString(++i, condition == null ? null : condition.name());
    insert.setString(++i, reason(entry.reason()));
    insert.setBytes(++i, entry.payload());
  }

  /** Returns the entry of a row of {@link #SELECT} or {@link #SELECT_WITHOUT_PAYLOAD}. */
  static StoredEntry entry(ResultSet row, boolean withPayload) throws SQLException {
    int i = 0;
    UUID id = row.getObject(++i, UUID.class);
    String lane = row.getString(++i);
    String function = row.getString(++i);
    String requestId = row.getString(++i);
    Map<String, String> attributes = attributes(row.getString(++i));
    int payloadBytes = row.getInt(++i);
    long accepted = row.getLong(++i);
    long due = row.getLong(++i);
    EntryState state = EntryState.valueOf(row.getString(++i));
    int claim = row.getInt(++i);
    int attempts = row.getInt(++i);
    int throttles = row.getInt(++i);
    String node = row.getString(++i);
    String condition = row.getString(++i);
    String reason = row.getString(++i);
    return new StoredEntry(
        id,
        lane,
        function,
        requestId,
        attributes,
        withPayload ? row.getBytes(++i) : NO_PAYLOAD,
        payloadBytes,
        accepted,
        due,
        state,
        claim,
        attempts,
        throttles,
        node,
        condition == null ? null : Settlement.Condition.valueOf(condition),
        reason);
  }

  /** Returns a reason as the table can have it. */
  static @Nullable String reason(@Nullable String reason) {
    return reason == null
        ? null
        : text(reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
  }

  /** Replaces what is not text for PostgreSQL: the character 0, and halves of characters. */
  private static String text(String text) {
    byte[] utf8 = text.replace('\0', '\uFFFD').getBytes(StandardCharsets.UTF_8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static Map<String, String> attributes(String json) throws SQLException {
    try {
      Map<String, String> attributes = new HashMap<>();
      for (Map.Entry<String, JsonNode> member :
          JsonReader.parse(json.getBytes(StandardCharsets.UTF_8)).properties()) {
        attributes.put(member.getKey(), member.getValue().textValue());
      }
      return attributes;
    } catch (IOException e) {
      throw new SQLException("The attributes of an entry are not JSON", e);
    }
  }
}
