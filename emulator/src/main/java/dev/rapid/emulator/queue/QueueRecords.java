package dev.rapid.emulator.queue;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.Settlement;
import dev.rapid.core.time.WallClock;
import dev.rapid.lambda.JsonObject;
import dev.rapid.queue.QueueListener;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import dev.rapid.telemetry.subscription.RecordStream;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records of what becomes of asynchronous invocations, for {@code --events} and {@code
 * /_rapid/events} (docs/telemetry.md). Extensions do not get them.
 */
final class QueueRecords implements QueueListener {

  private final Function<String, @Nullable RecordStream> streams;
  private final WallClock clock;

  /**
   * Creates a source of records.
   *
   * @param streams returns the records of the function with a name, null if there is none
   */
  QueueRecords(Function<String, @Nullable RecordStream> streams, WallClock clock) {
    this.streams = streams;
    this.clock = clock;
  }

  @Override
  public void accepted(StoredEntry entry) {
    record(entry, "rapid.asyncAccepted", () -> about(entry));
  }

  @Override
  public void ended(StoredEntry entry, AttemptResult result, Settlement settlement) {
    settled(entry, settlement);
  }

  @Override
  public void settledUnrun(StoredEntry entry, Settlement settlement) {
    settled(entry, settlement);
  }

  private void settled(StoredEntry entry, Settlement settlement) {
    switch (settlement) {
      case Settlement.Done done -> record(entry, "rapid.asyncDone", () -> about(entry));
      case Settlement.Again again ->
          record(
              entry,
              "rapid.asyncRetry",
              () ->
                  about(entry)
                      .put("attempts", again.attempts())
                      .put("reason", again.reason())
                      .put("due", Instant.ofEpochMilli(again.dueMillis()).toString()));
      case Settlement.Dead dead ->
          record(
              entry,
              "rapid.asyncGivenUp",
              () ->
                  about(entry)
                      .put("attempts", dead.attempts())
                      .put("condition", dead.condition().wireName())
                      .put("reason", dead.reason() == null ? entry.reason() : dead.reason()));
      case Settlement.Released released -> {}
    }
  }

  private static JsonObject about(StoredEntry entry) {
    JsonObject record = new JsonObject().put("requestId", entry.requestId());
    String destination = Lanes.destinationOf(entry.lane());
    return destination == null ? record : record.put("destination", destination);
  }

  private void record(StoredEntry entry, String type, Supplier<JsonObject> record) {
    RecordStream stream = streams.apply(entry.function());
    if (stream != null) {
      stream.ofFunction(entry.function(), clock.epochMillis(), type, record);
    }
  }
}
