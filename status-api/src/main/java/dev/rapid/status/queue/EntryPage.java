package dev.rapid.status.queue;

import dev.rapid.lambda.JsonObject;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.LaneCount;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Entries of the queue as JSON (docs/telemetry.md). */
final class EntryPage {

  private EntryPage() {}

  /** Returns an entry without its payload. */
  static JsonObject of(StoredEntry entry) {
    boolean dead = entry.state() == EntryState.DEAD;
    return new JsonObject()
        .put("id", entry.id().toString())
        .put("function", entry.function())
        .put("destination", destination(entry.lane()))
        .put("requestId", entry.requestId())
        .put("state", word(entry.state()))
        .put("accepted", time(entry.acceptedMillis()))
        .put("due", dead ? null : time(entry.dueMillis()))
        .put("attempts", entry.attempts())
        .put("node", entry.node())
        .put("condition", entry.condition() == null ? null : entry.condition().wireName())
        .put("reason", entry.reason())
        .put("payloadBytes", entry.payloadBytes())
        .put("attributes", new JsonObject().putAll(entry.attributes()));
  }

  /** Returns an entry with its payload: as text, or in Base64 if it is none. */
  static JsonObject withPayload(StoredEntry entry) {
    JsonObject page = of(entry);
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(entry.payload())).toString();
      return page.put("payload", text);
    } catch (CharacterCodingException e) {
      return page.put("payloadBase64", Base64.getEncoder().encodeToString(entry.payload()));
    }
  }

  /** Returns how many entries of a lane are in a state. */
  static JsonObject of(LaneCount count) {
    return new JsonObject()
        .put("function", Lanes.functionOf(count.lane()))
        .put("destination", destination(count.lane()))
        .put("state", word(count.state()))
        .put("entries", count.entries())
        .put("due", count.due())
        .put("oldest", time(count.oldestMillis()));
  }

  private static @Nullable String destination(String lane) {
    return Lanes.destinationOf(lane);
  }

  private static String word(EntryState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
