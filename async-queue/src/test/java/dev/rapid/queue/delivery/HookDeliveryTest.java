package dev.rapid.queue.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.destination.DeliveryKind;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookDeliveryTest {

  private final DeliveryRunners runners = new DeliveryRunners(Map.of());
  private final Target target = new Target();

  @AfterEach
  void close() {
    runners.close();
    target.close();
  }

  private AttemptRunner runner(@Nullable String secret) {
    return runners.runner(new Destination.OfHook(target.url("/hook"), secret));
  }

  private AttemptResult answer(int status, String body) {
    target.answering(status, body);
    return Delivered.by(runner(null), Delivered.record(DeliveryKind.SUCCESS, "{}"));
  }

  @Test
  void a_record_is_posted_as_json() {
    StoredEntry delivery = Delivered.record(DeliveryKind.SUCCESS, "{\"text\":\"é\"}");

    assertThat(Delivered.by(runner(null), delivery)).isEqualTo(new AttemptResult.Succeeded());
    assertThat(target.requests)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.method()).isEqualTo("POST");
          assertThat(request.path()).isEqualTo("/hook");
          assertThat(request.header("Content-Type")).isEqualTo("application/json");
          assertThat(request.header("webhook-id")).isEqualTo(delivery.id().toString());
          assertThat(request.headers()).doesNotContainKey("webhook-signature");
          assertThat(request.body()).isEqualTo("{\"text\":\"é\"}");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "any text"})
  void the_secret_signs_id_time_and_body(String secret) throws GeneralSecurityException {
    Delivered.by(runner(secret), Delivered.record(DeliveryKind.SUCCESS, "{\"test\": 2432232314}"));

    Target.Received request = target.requests.getFirst();
    byte[] key =
        secret.startsWith("whsec_")
            ? Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            : secret.getBytes(UTF_8);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    String signed =
        request.header("webhook-id")
            + "."
            + request.header("webhook-timestamp")
            + "."
            + request.body();
    assertThat(request.header("webhook-signature"))
        .isEqualTo("v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8))));
  }

  @Test
  void the_signature_is_that_of_the_specification() {
    assertThat(
            WebhookSignature.of(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                "{\"test\": 2432232314}".getBytes(UTF_8)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void a_repetition_has_the_same_id() {
    StoredEntry delivery = Delivered.record(DeliveryKind.SUCCESS, "{}");

    Delivered.by(runner(null), delivery);
    Delivered.by(runner(null), delivery);

    assertThat(target.requests)
        .extracting(request -> request.header("webhook-id"))
        .hasSize(2)
        .containsOnly(delivery.id().toString());
  }

  @Test
  void a_dead_letter_is_a_message_with_attributes() {
    Delivered.by(runner(null), Delivered.deadLetter("1", "Boom"));

    assertThat(target.requests.getFirst().body())
        .startsWith("{\"body\":\"1\",\"messageAttributes\":{\"RequestID\":");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 410, 422})
  void a_hook_that_refuses_a_delivery_is_not_tried_again(int status) {
    assertThat(answer(status, "no\nsuch hook"))
        .isEqualTo(new AttemptResult.Hopeless("status " + status + ": no such hook"));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 503})
  void a_hook_without_room_does_not_count_as_an_attempt(int status) {
    assertThat(answer(status, "")).isEqualTo(new AttemptResult.NotRun("status " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 504})
  void a_hook_that_fails_counts_as_an_attempt(int status) {
    assertThat(answer(status, "oops"))
        .isEqualTo(new AttemptResult.Failed("status " + status + ": oops"));
  }

  @Test
  void a_redirect_is_not_followed() {
    assertThat(answer(302, ""))
        .isEqualTo(new AttemptResult.Hopeless("status 302: redirects are not followed"));
    assertThat(target.requests).hasSize(1);
  }

  @Test
  void a_long_answer_is_not_read_to_its_end() {
    assertThat(answer(200, "x".repeat(10_000_000))).isEqualTo(new AttemptResult.Succeeded());
  }

  @Test
  void a_hook_that_nothing_listens_at_does_not_count_as_an_attempt() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    AttemptRunner runner =
        runners.runner(new Destination.OfHook(URI.create("http://127.0.0.1:" + port), null));

    assertThat(Delivered.by(runner, Delivered.record(DeliveryKind.SUCCESS, "{}")))
        .isInstanceOfSatisfying(
            AttemptResult.NotRun.class,
            result -> assertThat(result.reason()).startsWith("no connection"));
  }

  @Test
  void a_connection_that_breaks_does_not_count_as_an_attempt() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      AttemptRunner runner =
          runners.runner(
              new Destination.OfHook(
                  URI.create("http://127.0.0.1:" + listener.getLocalPort()), null));
      var end = Delivered.begun(runner, Delivered.record(DeliveryKind.SUCCESS, "{}"));
      try (Socket connection = listener.accept()) {
        assertThat(connection.getInputStream().read()).isEqualTo('P');
      }

      assertThat(end.get()).isInstanceOf(AttemptResult.NotRun.class);
    }
  }
}
