package dev.rapid.emulator.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import dev.rapid.telemetry.subscription.RecordStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QueueRecordsTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final String HEAD = "{\"time\":\"2023-11-14T22:13:20.000Z\",\"type\":\"rapid.";

  private final RecordStream stream = new RecordStream();
  private final List<String> lines = new ArrayList<>();
  private final QueueRecords records =
      new QueueRecords(function -> function.equals("orders") ? stream : null, () -> NOW);
  private final StoredEntry entry = Entries.accepted(Lanes.ofFunction("orders"), NOW);
  private final String about = "\"record\":{\"requestId\":\"" + entry.requestId() + "\"";

  QueueRecordsTest() {
    stream.addSink(record -> lines.add(new String(record.jsonWithOrigin(), UTF_8)));
  }

  @Test
  void an_event_that_succeeds_has_two_records() {
    records.accepted(entry);
    records.ended(entry, new AttemptResult.Succeeded(), new Settlement.Done());

    assertThat(lines)
        .containsExactly(
            HEAD + "asyncAccepted\"," + about + "},\"function\":\"orders\"}",
            HEAD + "asyncDone\"," + about + "},\"function\":\"orders\"}");
  }

  @Test
  void a_retry_says_when_and_why() {
    records.ended(
        entry, new AttemptResult.Failed("Oops"), new Settlement.Again(NOW + 60_000, 1, 0, "Oops"));

    assertThat(lines)
        .containsExactly(
            HEAD
                + "asyncRetry\","
                + about
                + ",\"attempts\":1,\"reason\":\"Oops\",\"due\":\"2023-11-14T22:14:20Z\"}"
                + ",\"function\":\"orders\"}");
  }

  @Test
  void an_event_that_is_given_up_says_why() {
    records.settledUnrun(
        entry, new Settlement.Dead(Settlement.Condition.ZERO_RESERVED_CONCURRENCY, 0, null));

    assertThat(lines)
        .singleElement()
        .asString()
        .contains("rapid.asyncGivenUp", "\"condition\":\"ZeroReservedConcurrency\"");
  }

  @Test
  void an_event_of_a_function_that_is_gone_has_no_record() {
    records.accepted(Entries.accepted(Lanes.ofFunction("gone"), NOW));

    assertThat(lines).isEmpty();
  }
}
