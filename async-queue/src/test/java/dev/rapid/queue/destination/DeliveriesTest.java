package dev.rapid.queue.destination;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.Settlement;
import dev.rapid.core.queue.Settlement.Condition;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final Destination FILE = new Destination.OfFile(Path.of("/records"));
  private static final Destination AUDIT =
      new Destination.OfFunction(Invoked.ARN + "-audit:live", "audit", "live");
  private static final Destination HOOK =
      new Destination.OfHook(URI.create("https://example.com/a"), null);
  private static final Settlement DONE = new Settlement.Done();
  private static final Settlement DEAD =
      new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 3, "Boom");
  private static final long NOW = 5000;

  private final Deliveries deliveries = new Deliveries();

  private static AsyncSettings settings(
      @Nullable Destination onSuccess,
      @Nullable Destination onFailure,
      @Nullable Destination deadLetters) {
    return new AsyncSettings(
        3, Duration.ofMinutes(1), Duration.ofHours(6), onSuccess, onFailure, deadLetters);
  }

  private List<StoredEntry> after(Settlement settlement, AsyncSettings settings) {
    return deliveries.of(
        Invoked.event("{\"n\": 1}"), settlement, Invoked.error("{}"), settings, NOW);
  }

  @Test
  void a_success_goes_to_its_destination_and_to_no_other() {
    assertThat(after(DONE, settings(FILE, AUDIT, HOOK)))
        .singleElement()
        .satisfies(delivery -> {
          assertThat(delivery.lane()).isEqualTo("destination/file:/records");
          assertThat(delivery.function()).isEqualTo("orders");
          assertThat(delivery.requestId()).isEqualTo("r");
          assertThat(delivery.dueMillis()).isEqualTo(NOW);
          assertThat(DeliveryKind.of(delivery)).isEqualTo(DeliveryKind.SUCCESS);
        });
  }

  @Test
  void a_failure_goes_to_the_destination_and_to_the_dead_letters() {
    assertThat(after(DEAD, settings(AUDIT, FILE, HOOK)))
        .extracting(StoredEntry::lane)
        .containsExactly("destination/file:/records", "destination/https://example.com/a");
  }

  @Test
  void a_dead_letter_is_the_payload_as_the_caller_has_sent_it() {
    StoredEntry letter = after(DEAD, settings(null, null, HOOK)).getFirst();

    assertThat(new String(letter.payload(), UTF_8)).isEqualTo("{\"n\": 1}");
    assertThat(DeliveryKind.of(letter)).isEqualTo(DeliveryKind.DEAD_LETTER);
  }

  @Test
  void a_dead_letter_has_the_message_of_the_last_error() {
    StoredEntry letter =
        deliveries
            .of(
                Invoked.event("1"),
                DEAD,
                Invoked.error("{\"errorMessage\":\"no stock\",\"errorType\":\"E\"}"),
                settings(null, null, FILE),
                NOW)
            .getFirst();

    assertThat(DeadLetter.of(letter)).isEqualTo(new DeadLetter("r", 200, "no stock"));
  }

  @Test
  void a_dead_letter_of_a_function_that_never_ran_has_the_status_of_a_throttle() {
    Settlement.Dead neverRun = new Settlement.Dead(Condition.ZERO_RESERVED_CONCURRENCY, 0, null);
    StoredEntry letter =
        deliveries
            .of(Invoked.event("1"), neverRun, null, settings(null, null, FILE), NOW)
            .getFirst();

    assertThat(DeadLetter.of(letter))
        .isEqualTo(new DeadLetter("r", 429, "ZeroReservedConcurrency"));
  }

  @Test
  void a_dead_letter_of_an_event_that_grew_too_old_has_the_reason_of_the_last_failure() {
    Settlement.Dead tooOld = new Settlement.Dead(Condition.EVENT_AGE_EXCEEDED, 1, null);
    StoredEntry failed = Invoked.withReason(Invoked.event("1"), "it broke");

    DeadLetter letter = DeadLetter.of(failed, tooOld, null);

    assertThat(letter).isEqualTo(new DeadLetter("r", 200, "it broke"));
  }

  @Test
  void the_message_of_a_dead_letter_is_cut_at_one_kilobyte_between_characters() {
    String longMessage = "x" + "é".repeat(1000);

    DeadLetter letter =
        DeadLetter.of(
            Invoked.event("1"),
            new Settlement.Dead(Condition.RETRIES_EXHAUSTED, 3, null),
            Invoked.error("{\"errorMessage\":\"" + longMessage + "\"}"));

    assertThat(letter.message()).isEqualTo("x" + "é".repeat(511));
  }

  @Test
  void a_delivery_to_a_function_is_an_event_of_that_function() {
    StoredEntry event = after(DONE, settings(AUDIT, null, null)).getFirst();

    assertThat(event.lane()).isEqualTo("function/audit");
    assertThat(event.function()).isEqualTo("audit");
    assertThat(event.requestId()).isNotEqualTo("r");
    assertThat(event.attributes())
        .containsEntry(Attributes.INVOKED_ARN, Invoked.ARN + "-audit:live")
        .containsEntry(Attributes.QUALIFIER, "live");
    assertThat(new String(event.payload(), UTF_8)).contains("\"condition\":\"Success\"");
  }

  @Test
  void a_loop_of_functions_ends() {
    StoredEntry event = Invoked.event("1");
    int hops = 0;
    while (hops < 100) {
      List<StoredEntry> next =
          deliveries.of(event, DONE, Invoked.result("1"), settings(AUDIT, null, null), NOW);
      if (next.isEmpty()) {
        break;
      }
      event = next.getFirst();
      hops++;
    }

    assertThat(hops).isEqualTo(Deliveries.MAX_HOPS);
  }

  @Test
  void a_delivery_has_no_deliveries_itself() {
    StoredEntry delivery = after(DEAD, settings(null, FILE, null)).getFirst();

    assertThat(deliveries.of(delivery, DEAD, null, settings(FILE, FILE, FILE), NOW)).isEmpty();
  }

  @Test
  void an_invocation_that_is_tried_again_or_released_has_no_deliveries() {
    AsyncSettings all = settings(FILE, FILE, FILE);

    assertThat(after(new Settlement.Again(9, 1, 0, "Boom"), all)).isEmpty();
    assertThat(after(new Settlement.Released(), all)).isEmpty();
  }

  @Test
  void a_service_without_an_endpoint_gets_nothing() {
    Destination queue = new Destination.OfService("arn:aws:sqs:::q", "sqs", null);

    assertThat(after(DEAD, settings(null, queue, queue))).isEmpty();
  }

  @Test
  void the_trace_goes_on_in_the_next_function() {
    StoredEntry traced = Invoked.event("1", Map.of(Attributes.TRACE_ID, "Root=1-2-3"));

    assertThat(
            deliveries
                .of(traced, DONE, Invoked.result("1"), settings(AUDIT, null, null), NOW)
                .getFirst()
                .attributes())
        .containsEntry(Attributes.TRACE_ID, "Root=1-2-3");
  }

  @Test
  void a_function_that_is_called_without_qualifier_is_named_with_latest() {
    StoredEntry delivery = after(DONE, settings(FILE, null, null)).getFirst();

    assertThat(delivery.attributes())
        .containsEntry(Attributes.INVOKED_ARN, Invoked.ARN + ":$LATEST");
  }
}
