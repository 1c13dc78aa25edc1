package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Accepted events survive what happens to Rapid, with a data directory. */
@Timeout(300)
class AsyncSurvivalTest {

  private static final int AT_ONCE = 8;
  private static final int QUEUED = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private Path runtime;
  private RecordedEvents events;

  @BeforeEach
  void compile() {
    runtime = NativeRuntime.compile(directory);
    events = new RecordedEvents(directory.resolve("events"));
  }

  @Test
  void after_a_kill_all_events_run_and_only_those_in_flight_run_again() {
    int done = 200;
    Set<String> accepted;
    Rapid killed = serve("--sleep-ms=20");
    try {
      accepted = send(killed, done + QUEUED + AT_ONCE + 200);
      await().atMost(PATIENCE).until(() -> events.attempts().size() >= done);
      String counts = counts(killed);
      killed.signal("KILL");
      assertThat(killed.awaitEnd()).isNotZero();
      assertThat(accepted.size() - events.attempts().size()).isGreaterThanOrEqualTo(QUEUED);
      assertThat(counts).contains("\"running\"");
      killed.assertNothingIsLeft();
    } finally {
      killed.signal("KILL");
    }

    try (Rapid restarted = serve("--sleep-ms=0")) {
      awaitEmpty(restarted);
    }

    Map<String, Integer> attempts = events.attempts();
    assertThat(attempts.keySet()).isEqualTo(accepted);
    // What ran at the kill, and what had just ended but was not settled yet.
    assertThat(attempts.values().stream().filter(count -> count > 1).count())
        .isLessThanOrEqualTo(3L * AT_ONCE);
    assertThat(attempts.values()).allMatch(count -> count <= 2);
  }

  @Test
  void after_an_orderly_end_all_events_run_and_none_that_was_done_runs_again() {
    Set<String> accepted;
    try (Rapid ended = serve("--sleep-ms=20")) {
      accepted = send(ended, 200);
    }

    try (Rapid restarted = serve("--sleep-ms=0")) {
      awaitEmpty(restarted);
    }

    Map<String, Integer> attempts = events.attempts();
    assertThat(attempts.keySet()).isEqualTo(accepted);
    assertThat(attempts.values().stream().filter(count -> count > 1).count())
        .isLessThanOrEqualTo(AT_ONCE);
  }

  private Rapid serve(String... runtimeOptions) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--concurrency=" + AT_ONCE,
                "--data-dir=" + directory.resolve("data"),
                "--",
                runtime.toString(),
                "--record=" + events.file()));
    args.addAll(List.of(runtimeOptions));
    return Rapid.serve(args.toArray(String[]::new));
  }

  /** Sends events, many at once, and returns their request ids. */
  private Set<String> send(Rapid rapid, int count) {
    Set<String> ids = new HashSet<>();
    for (int sent = 0; sent < count; sent += 100) {
      List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
      for (int i = sent; i < Math.min(count, sent + 100); i++) {
        answers.add(
            client.sendAsync(
                HttpRequest.newBuilder(URI.create(rapid.invokeUrl()))
                    .header("X-Amz-Invocation-Type", "Event")
                    .POST(BodyPublishers.ofString("{\"number\":" + i + "}"))
                    .build(),
                BodyHandlers.discarding()));
      }
      for (CompletableFuture<HttpResponse<Void>> each : answers) {
        HttpResponse<Void> answer = each.join();
        assertThat(answer.statusCode()).isEqualTo(202);
        ids.add(answer.headers().firstValue("x-amzn-RequestId").orElseThrow());
      }
    }
    assertThat(ids).hasSize(count);
    return ids;
  }

  /** Returns how many events are in which state. */
  private static String counts(Rapid rapid) {
    String page = Http.get(rapid.url().resolve("/_rapid/async?limit=1")).text().strip();
    return page.substring(page.indexOf("\"counts\":"));
  }

  private static void awaitEmpty(Rapid rapid) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(counts(rapid)).isEqualTo("\"counts\":[]}"));
  }
}
