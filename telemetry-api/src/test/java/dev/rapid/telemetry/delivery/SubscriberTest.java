package dev.rapid.telemetry.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When batches are due, what becomes of them and what is lost (contract
 * runtime-extensions-telemetry, section 4.4).
 */
final class SubscriberTest {

  private static final int ITEMS = 1000;
  private static final int BYTES = 262_144;
  private static final int TIMEOUT = 500;

  private final VirtualTime time = new VirtualTime();
  private final TelemetryCounters counters = new TelemetryCounters();
  private final FakeDestination destination = new FakeDestination();
  private final Subscriber subscriber = subscriber(new Buffering(ITEMS, BYTES, TIMEOUT));
  private final List<String> flushed = new ArrayList<>();

  private Subscriber subscriber(Buffering buffering) {
    return subscriber(
        buffering,
        loss ->
            ("lost " + loss.records() + "/" + loss.bytes() + ": " + loss.reason()).getBytes(UTF_8));
  }

  private Subscriber subscriber(Buffering buffering, Subscriber.@Nullable LossRecord lossRecord) {
    return new Subscriber(
        "logger.sh",
        buffering,
        destination,
        lossRecord,
        new Delivery(task -> time.schedule(time.nanoTime(), task), time, time, counters));
  }

  private void add(String record) {
    byte[] bytes = ("<" + record + ">").getBytes(UTF_8);
    subscriber.add(bytes, 1, bytes.length - 2);
  }

  private void addMany(int from, int to) {
    IntStream.range(from, to).forEach(i -> add("record " + i));
  }

  private void settle() {
    time.advanceBy(Duration.ZERO);
  }

  private void pass(long millis) {
    time.advanceBy(Duration.ofMillis(millis));
  }

  // ------------------------------------------------------------------ batches

  @Test
  void a_batch_is_due_when_its_first_record_has_waited() {
    add("a");
    pass(TIMEOUT / 2);
    add("b");
    pass(TIMEOUT / 2 - 1);
    assertThat(destination.attempts()).isEmpty();

    pass(1);

    assertThat(destination.attempts()).containsExactly("a\nb\n");
  }

  @Test
  void the_time_counts_anew_for_each_batch() {
    destination.obliging();
    add("a");
    pass(TIMEOUT);
    pass(TIMEOUT / 2);
    add("b");
    pass(TIMEOUT - 1);
    assertThat(destination.attempts()).containsExactly("a\n");

    pass(1);

    assertThat(destination.attempts()).containsExactly("a\n", "b\n");
  }

  @Test
  void a_batch_is_due_when_it_has_enough_records() {
    addMany(0, ITEMS - 1);
    settle();
    assertThat(destination.attempts()).isEmpty();

    add("last");
    settle();

    assertThat(destination.records()).hasSize(ITEMS).endsWith("last");
  }

  @Test
  void a_batch_is_due_when_it_has_enough_bytes() {
    String half = "x".repeat(BYTES / 2);
    add(half.substring(1));
    add(half);
    settle();
    assertThat(destination.attempts()).isEmpty();

    add("y");
    settle();

    assertThat(destination.records()).containsExactly(half.substring(1), half, "y");
  }

  @Test
  void a_record_larger_than_a_batch_is_a_batch() {
    String large = "x".repeat(3 * BYTES);

    add(large);
    settle();

    assertThat(destination.records()).containsExactly(large);
  }

  @Test
  void no_record_means_no_batch() {
    pass(10 * TIMEOUT);
    subscriber.hurry(time.nanoTime());
    settle();

    assertThat(destination.attempts()).isEmpty();
  }

  @Test
  void a_batch_can_be_made_due_earlier_but_not_later() {
    add("a");
    subscriber.hurry(time.nanoTime() + Duration.ofMillis(25).toNanos());
    subscriber.hurry(time.nanoTime() + Duration.ofMillis(100).toNanos());
    pass(24);
    assertThat(destination.attempts()).isEmpty();

    pass(1);

    assertThat(destination.attempts()).containsExactly("a\n");
  }

  @Test
  void one_batch_is_under_way_at_a_time() {
    addMany(0, 2 * ITEMS + 1);
    settle();
    assertThat(destination.records()).hasSize(ITEMS);

    destination.deliver();
    settle();
    assertThat(destination.records()).hasSize(2 * ITEMS);
    destination.deliver();
    settle();
    assertThat(destination.records()).hasSize(2 * ITEMS);

    pass(TIMEOUT);

    assertThat(destination.records())
        .isEqualTo(IntStream.rangeClosed(0, 2 * ITEMS).mapToObj(i -> "record " + i).toList());
  }

  @Test
  void what_comes_while_a_batch_is_under_way_follows_as_one() {
    add("a");
    pass(TIMEOUT);
    add("b");
    pass(10 * TIMEOUT);
    add("c");

    destination.deliver();
    settle();

    assertThat(destination.attempts()).containsExactly("a\n", "b\nc\n");
  }

  // ------------------------------------------------------------------ failures

  @Test
  void a_batch_that_failed_is_sent_again_after_growing_pauses() {
    add("a");
    pass(TIMEOUT);
    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i <= 7; i++) {
      destination.fail();
      long pause = 0;
      while (!destination.isBusy()) {
        pass(1);
        pause++;
      }
      pauses.add(pause);
    }

    assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
    assertThat(destination.attempts()).hasSize(8).containsOnly("a\n");
  }

  @Test
  void pauses_are_short_again_after_a_success() {
    add("a");
    pass(TIMEOUT);
    destination.fail();
    pass(100);
    destination.fail();
    pass(200);
    destination.deliver();
    add("b");
    pass(TIMEOUT);
    destination.fail();

    pass(100);

    assertThat(destination.attempts()).containsExactly("a\n", "a\n", "a\n", "b\n", "b\n");
  }

  @Test
  void order_is_kept_over_failures() {
    addMany(0, ITEMS);
    settle();
    destination.fail();
    addMany(ITEMS, 2 * ITEMS);
    pass(100);
    destination.fail();
    pass(200);
    destination.deliver();
    settle();
    destination.deliver();

    assertThat(destination.attempts()).hasSize(4);
    assertThat(destination.attempts().get(2)).isEqualTo(destination.attempts().getFirst());
    assertThat(destination.records().subList(2 * ITEMS, 4 * ITEMS))
        .isEqualTo(IntStream.range(0, 2 * ITEMS).mapToObj(i -> "record " + i).toList());
    assertThat(counters.recordsSent()).isEqualTo(2L * ITEMS);
    assertThat(counters.recordsDropped()).isZero();
  }

  @Test
  void a_subscriber_that_cannot_be_reached_is_one_warning() {
    List<String> warnings =
        warningsWhile(() -> {
          add("a");
          pass(TIMEOUT);
          for (int attempt = 0; attempt < 5; attempt++) {
            destination.fail();
            pass(10_000);
          }
        });

    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("{0} subscribed to telemetry and cannot be reached at {1}")
        .contains("[logger.sh, http://127.0.0.1:4243, ");
  }

  @Test
  void a_subscriber_that_goes_away_later_is_no_warning() {
    List<String> warnings =
        warningsWhile(() -> {
          add("a");
          pass(TIMEOUT);
          destination.deliver();
          add("b");
          pass(TIMEOUT);
          for (int attempt = 0; attempt < 5; attempt++) {
            destination.fail();
            pass(10_000);
          }
        });

    assertThat(warnings).isEmpty();
  }

  private static List<String> warningsWhile(Runnable task) {
    List<String> warnings = new ArrayList<>();
    Logger logger = Logger.getLogger(Subscriber.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            if (entry.getLevel().equals(Level.WARNING)) {
              warnings.add(entry.getMessage() + Arrays.toString(entry.getParameters()));
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    try {
      task.run();
    } finally {
      logger.removeHandler(handler);
    }
    return warnings;
  }

  @Test
  void a_batch_that_is_refused_is_dropped_and_the_subscriber_is_told() {
    add("a");
    add("bb");
    pass(TIMEOUT);
    destination.refuse(400);
    settle();

    pass(TIMEOUT);

    assertThat(destination.attempts())
        .containsExactly("a\nbb\n", "lost 2/3: could not send events: status 400\n");
    assertThat(counters.recordsDropped()).isEqualTo(2);
  }

  @Test
  void a_refused_report_of_a_loss_is_not_reported_again() {
    add("a");
    pass(TIMEOUT);
    destination.refuse(400);
    pass(TIMEOUT);
    destination.refuse(400);

    pass(100 * TIMEOUT);

    assertThat(destination.attempts()).hasSize(2);
    assertThat(counters.recordsDropped()).isEqualTo(1);
  }

  @Test
  void a_refused_report_comes_again_with_the_next_loss() {
    add("a");
    pass(TIMEOUT);
    destination.refuse(400);
    pass(TIMEOUT);
    destination.refuse(400);
    add("b");
    pass(TIMEOUT);
    destination.refuse(400);

    pass(TIMEOUT);

    assertThat(destination.attempts().getLast())
        .isEqualTo("lost 2/2: could not send events: status 400\n");
  }

  // ------------------------------------------------------------------ overflow

  @Test
  void a_full_queue_drops_the_newest_and_tells_how_much_when_there_is_room_again() {
    String kilobyte = "x".repeat(1023);
    int fitting = 16 * 1024;
    for (int i = 0; i < fitting; i++) {
      add(kilobyte);
    }
    add("too");
    add("many");
    settle();
    assertThat(counters.recordsDropped()).isEqualTo(2);

    destination.deliver();
    settle();
    add("later");
    destination.obliging();
    destination.deliver();
    pass(TIMEOUT);

    assertThat(destination.records()).hasSize(fitting + 2);
    assertThat(destination.records().subList(fitting, fitting + 2))
        .containsExactly("lost 2/7: " + Loss.SLOW, "later");
    assertThat(counters.recordsSent()).isEqualTo(fitting + 2);
  }

  @Test
  void what_is_dropped_is_one_gap() {
    String kilobyte = "x".repeat(1023);
    for (int i = 0; i < 16 * 1024 - 1; i++) {
      add(kilobyte);
    }
    add("x".repeat(5000));
    add("would fit");
    settle();
    destination.obliging();
    destination.deliver();
    pass(TIMEOUT);

    assertThat(destination.records()).endsWith("lost 2/5009: " + Loss.SLOW);
    assertThat(destination.records()).doesNotContain("would fit");
  }

  @Test
  void who_does_not_take_records_of_the_platform_is_not_told_of_losses() {
    Subscriber other = subscriber(new Buffering(ITEMS, BYTES, TIMEOUT), null);
    byte[] kilobyte = "x".repeat(1023).getBytes(UTF_8);
    for (int i = 0; i < 20 * 1024; i++) {
      other.add(kilobyte, 0, kilobyte.length);
    }
    settle();
    assertThat(counters.recordsDropped()).isPositive();

    destination.obliging();
    destination.deliver();
    pass(TIMEOUT);

    assertThat(destination.records())
        .hasSize((int) (20 * 1024 - counters.recordsDropped()))
        .noneMatch(record -> record.startsWith("lost"));
  }

  @Test
  void memory_is_bounded_while_a_subscriber_hangs() {
    for (int i = 0; i < 100_000; i++) {
      add("x".repeat(1000));
    }
    settle();
    destination.obliging();
    destination.deliver();
    pass(TIMEOUT);

    long received = destination.records().size() - 1L;
    assertThat(received * 1001).isLessThanOrEqualTo(Subscriber.MIN_CAPACITY_BYTES);
    assertThat(destination.records())
        .endsWith(
            "lost " + (100_000 - received) + "/" + (100_000 - received) * 1000 + ": " + Loss.SLOW);
  }

  // ------------------------------------------------------------------ flush and end

  private void flush() {
    subscriber.flush(() -> flushed.add("done"));
    settle();
  }

  @Test
  void a_flush_of_nothing_is_done_at_once() {
    flush();

    assertThat(flushed).containsExactly("done");
  }

  @Test
  void a_flush_sends_at_once_and_is_done_when_all_is_delivered() {
    add("a");
    flush();
    assertThat(destination.attempts()).containsExactly("a\n");
    assertThat(flushed).isEmpty();

    destination.deliver();

    assertThat(flushed).containsExactly("done");
  }

  @Test
  void a_flush_does_not_wait_for_what_comes_later() {
    add("a");
    flush();
    add("b");

    destination.deliver();

    assertThat(flushed).containsExactly("done");
  }

  @Test
  void a_flush_does_not_wait_for_a_subscriber_that_fails() {
    add("a");
    flush();

    destination.fail();

    assertThat(flushed).containsExactly("done");
  }

  @Test
  void a_flush_does_not_wait_for_a_subscriber_that_has_failed() {
    add("a");
    pass(TIMEOUT);
    destination.fail();

    flush();

    assertThat(flushed).containsExactly("done");
  }

  @ParameterizedTest
  @CsvSource({"0, 499, false", "0, 500, true", "499, 1, true", "500, 0, true", "5000, 0, true"})
  void a_flush_waits_half_a_second_for_an_answer(long before, long after, boolean done) {
    add("a");
    pass(TIMEOUT);
    pass(before);
    flush();
    pass(after);

    assertThat(!flushed.isEmpty()).isEqualTo(done);
  }

  @Test
  void a_flush_waits_for_a_subscriber_that_has_much_to_take() {
    addMany(0, 5 * ITEMS);
    flush();
    for (int i = 0; i < 4; i++) {
      pass(400);
      destination.deliver();
    }
    assertThat(flushed).isEmpty();
    pass(400);
    destination.deliver();

    assertThat(flushed).containsExactly("done");
    pass(10_000);
    assertThat(flushed).containsExactly("done");
  }

  @Test
  void the_end_gives_up_what_waits_and_who_waits() {
    add("a");
    pass(TIMEOUT);
    add("b");
    flush();

    subscriber.close();
    settle();

    assertThat(destination.isClosed()).isTrue();
    assertThat(flushed).containsExactly("done");
    add("c");
    pass(10 * TIMEOUT);
    assertThat(destination.attempts()).containsExactly("a\n");
  }
}
