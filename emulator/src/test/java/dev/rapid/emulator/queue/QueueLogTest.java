package dev.rapid.emulator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.Settlement;
import dev.rapid.core.queue.Settlement.Condition;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.StoredEntry;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class QueueLogTest {

  private static final long NOW = 1_700_000_000_000L;

  private final Logger logger = Logger.getLogger(QueueLog.class.getName());
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(
              line.getLevel()
                  + " "
                  + (line.getParameters() == null
                      ? line.getMessage()
                      : MessageFormat.format(line.getMessage(), line.getParameters())));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final QueueLog log = new QueueLog(true, () -> NOW);
  private final StoredEntry entry = Entries.accepted(Lanes.ofFunction("orders"), NOW);
  private final String subject = "Asynchronous invocation " + entry.requestId();

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private void failed(Settlement settlement) {
    log.ended(entry, new AttemptResult.Failed("Oops"), settlement);
  }

  private static Settlement.Dead dead(Condition condition, int attempts, @Nullable String reason) {
    return new Settlement.Dead(condition, attempts, reason);
  }

  @Test
  void that_events_are_kept_in_memory_is_said_once() {
    log.accepted(entry);
    log.accepted(entry);

    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("INFO Asynchronous invocations are kept in memory");
  }

  @Test
  void that_events_survive_is_not_said() {
    new QueueLog(false, () -> NOW).accepted(entry);

    assertThat(lines).isEmpty();
  }

  @Test
  void a_repeated_attempt_is_a_line_with_the_wait() {
    failed(new Settlement.Again(NOW + 60_000, 1, 0, "Oops"));
    failed(new Settlement.Again(NOW + 250, 1, 0, "throttled"));

    assertThat(lines)
        .containsExactly(
            "INFO " + subject + " failed (Oops); next attempt in 60 s",
            "INFO " + subject + " failed (throttled); next attempt in 250 ms");
  }

  @Test
  void an_event_that_is_given_up_is_a_warning_with_the_reason() {
    failed(dead(Condition.RETRIES_EXHAUSTED, 3, "Oops"));
    failed(dead(Condition.EVENT_AGE_EXCEEDED, 1, "Oops"));
    log.settledUnrun(entry, dead(Condition.EVENT_AGE_EXCEEDED, 0, null));
    log.settledUnrun(entry, dead(Condition.ZERO_RESERVED_CONCURRENCY, 0, null));
    log.lost(entry);

    String givenUp = "WARNING " + subject + " is given up after ";
    assertThat(lines)
        .containsExactly(
            givenUp + "3 attempt(s): Oops",
            givenUp + "1 attempt(s): Oops, and too old to try again",
            givenUp + "0 attempt(s): too old to be tried",
            givenUp + "0 attempt(s): the function has reserved concurrency 0",
            givenUp + "0 attempt(s): Rapid is shutting down");
  }

  @Test
  void success_is_not_worth_a_line() {
    log.ended(entry, new AttemptResult.Succeeded(), new Settlement.Done());
    log.settledUnrun(entry, new Settlement.Released());

    assertThat(lines).isEmpty();
  }

  @Test
  void a_delivery_names_its_destination() {
    StoredEntry delivery = Entries.accepted(Lanes.ofDestination("file:/out"), NOW);

    log.ended(
        delivery,
        new AttemptResult.Failed("disk full"),
        dead(Condition.RETRIES_EXHAUSTED, 3, "disk full"));

    assertThat(lines)
        .containsExactly(
            "WARNING Delivery to file:/out for invocation "
                + delivery.requestId()
                + " is given up after 3 attempt(s): disk full");
  }

  @Test
  void a_store_that_cannot_be_reached_is_a_warning_and_its_return_a_line() {
    log.storeAvailable(false, "the database is away");
    log.storeAvailable(true, "");

    assertThat(lines)
        .containsExactly(
            "WARNING The queue of asynchronous invocations cannot be reached: the database is away",
            "INFO The queue of asynchronous invocations can be reached again");
  }
}
