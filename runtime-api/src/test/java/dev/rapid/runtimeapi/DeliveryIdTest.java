package dev.rapid.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The identifier of a delivery (contract lambda-2026-additions, section 1), for runtimes with one
 * invocation at a time and for shared ones.
 */
@ParameterizedClass(name = "capacity {0}")
@ValueSource(ints = {1, 2})
final class DeliveryIdTest extends RuntimeApiTest {

  private static final String HEADER = "Lambda-Runtime-Invocation-Id";

  private final int capacity;

  DeliveryIdTest(int capacity) {
    super(RuntimeApi.sharedBy(capacity));
    this.capacity = capacity;
  }

  private static String deliveryIdOf(WireAnswer event) {
    assertThat(event.status()).isEqualTo(200);
    String id = event.header(HEADER);
    assertThat(id).isNotBlank();
    return String.valueOf(id);
  }

  private static String path(Invocation invocation, String endpoint) {
    return endpoint.equals("response")
        ? RuntimeApi.response(invocation.requestId())
        : RuntimeApi.error(invocation.requestId());
  }

  @Test
  void each_delivery_has_an_id_of_its_own() {
    WireClient client = api.poll();
    api.invoke(Invocations.invocation().requestId("same-id"));
    String first = deliveryIdOf(client.receive());
    assertAccepted(client.post(RuntimeApi.response("same-id"), "1"));
    api.poll(client);
    api.invoke(Invocations.invocation().requestId("same-id"));

    assertThat(deliveryIdOf(client.receive())).isNotEqualTo(first);
  }

  @Test
  void the_same_event_for_a_second_poll_is_another_delivery() {
    try (RuntimeApi attached = RuntimeApi.attachedSharedBy(capacity)) {
      WireClient stopped = attached.poll();
      Invocation invocation = attached.invoke();
      String first = deliveryIdOf(stopped.receive());
      stopped.close();
      WireClient anew = attached.connect();

      String second = deliveryIdOf(anew.get(RuntimeApi.NEXT));

      assertThat(second).isNotEqualTo(first);
      String response = path(invocation, "response");
      assertThat(anew.post(response, "1", HEADER + ": " + first).text())
          .isEqualTo(INVALID_REQUEST_ID);
      assertAccepted(anew.post(response, "2", HEADER + ": " + second));
      assertThat(attached.resultOf(invocation)).asString().isEqualTo("2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "error"})
  void a_reply_that_names_its_delivery_is_taken(String endpoint) {
    WireClient client = api.poll();
    Invocation invocation = api.invoke();
    String id = deliveryIdOf(client.receive());

    assertAccepted(client.post(path(invocation, endpoint), "1", HEADER + ": " + id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "error"})
  void a_reply_that_names_another_delivery_is_refused_and_changes_nothing(String endpoint) {
    WireClient client = api.connect();
    Invocation invocation = api.delivered(client);

    WireAnswer answer = client.post(path(invocation, endpoint), "1", HEADER + ": other");

    assertJson(answer, 400, INVALID_REQUEST_ID);
    assertThat(Invocations.outcomeOf(invocation)).isNull();
    assertAccepted(client.post(path(invocation, endpoint), "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "error"})
  void a_reply_with_an_empty_id_of_a_delivery_is_taken(String endpoint) {
    WireClient client = api.connect();
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(path(invocation, endpoint), "1", HEADER + ":"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "error"})
  void a_reply_without_the_id_of_a_delivery_is_taken(String endpoint) {
    WireClient client = api.connect();
    Invocation invocation = api.delivered(client);

    assertAccepted(client.post(path(invocation, endpoint), "1"));
  }

  @Test
  void a_late_reply_is_not_the_reply_of_a_later_invocation_with_the_same_request_id() {
    WireClient first = api.poll();
    Invocation late = api.invoke(Invocations.invocation().requestId("twice"));
    String firstDelivery = deliveryIdOf(first.receive());
    api.advanceBy(Functions.TIMEOUT);
    assertThat(api.outcomeOf(late)).isInstanceOf(Outcome.Failed.class);
    Invocation again = api.invoke(Invocations.invocation().requestId("twice"));
    if (capacity == 1) {
      // A timeout ends a runtime that runs one invocation at a time.
      api.awaitStart(2);
    }
    WireClient second = api.connect();
    String secondDelivery = deliveryIdOf(second.get(RuntimeApi.NEXT));

    String response = RuntimeApi.response("twice");
    WireAnswer refused = second.post(response, "1", HEADER + ": " + firstDelivery);
    assertThat(refused.status()).isEqualTo(capacity == 1 ? 400 : 410);
    assertAccepted(second.post(response, "2", HEADER + ": " + secondDelivery));
    assertThat(api.resultOf(again)).asString().isEqualTo("2");
  }
}
