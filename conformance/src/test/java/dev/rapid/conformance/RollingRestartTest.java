package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both nodes of {@code examples/cluster} are restarted, one after the other, while callers invoke
 * functions through nginx. {@code -Drolling.restarts=20} does it as often.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class RollingRestartTest {

  private static final int RESTARTS = Integer.getInteger("rolling.restarts", 1);

  private static final int SHOWN = 20;

  @TempDir Path directory;

  private final AtomicBoolean over = new AtomicBoolean();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, AtomicInteger> answered = new ConcurrentHashMap<>();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();

  /** Calls a function again and again on connections that stay. */
  private void call(URI url, String type, String payload, int expected) {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (!over.get()) {
        String id = UUID.randomUUID().toString();
        HttpRequest request =
            HttpRequest.newBuilder(url)
                .timeout(Duration.ofMinutes(1))
                .header("X-Amz-Invocation-Type", type)
                .header("X-Amzn-RequestId", id)
                .POST(BodyPublishers.ofString(payload))
                .build();
        try {
          HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
          boolean echoed = expected != 200 || response.body().equals(payload);
          if (response.statusCode() != expected || !echoed) {
            failures.add(
                type
                    + " of "
                    + payload.length()
                    + " bytes: "
                    + response.statusCode()
                    + " "
                    + response.headers().map()
                    + " "
                    + response.body());
          }
          answered
              .computeIfAbsent(type + " " + url.getPath(), key -> new AtomicInteger())
              .incrementAndGet();
          if (expected == 202) {
            accepted.add(id);
          }
        } catch (IOException e) {
          failures.add(type + " of " + payload.length() + " bytes: " + e);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void no_request_fails_and_no_event_is_lost_while_both_nodes_are_restarted() throws Exception {
    NativeRuntime.compile(directory);
    RecordedEvents recorded = new RecordedEvents(directory.resolve("recorded"));
    String functions =
        """
        cwd: "%s"
        concurrency: 4
        functions:
          quick: {command: ./echo_runtime --quiet --sleep-ms 2}
          slow: {command: ./echo_runtime --quiet --sleep-ms 1500}
          event: {command: "./echo_runtime --quiet --sleep-ms 20 --record %s"}
        """
            .formatted(directory, recorded.file());
    Path configuration = directory.resolve("rapid.yaml");
    Files.writeString(configuration, functions);
    try (Cluster cluster = Cluster.start(directory, configuration);
        ExecutorService callers = Executors.newCachedThreadPool()) {
      List<Future<?>> calls = new ArrayList<>();
      String path = "/2015-03-31/functions/%s/invocations";
      URI quick = cluster.url().resolve(path.formatted("quick"));
      String large = ScriptedRuntime.jsonString(300_000);
      for (int i = 0; i < 4; i++) {
        calls.add(callers.submit(() -> call(quick, "RequestResponse", "{\"a\":1}", 200)));
      }
      calls.add(callers.submit(() -> call(quick, "RequestResponse", large, 200)));
      URI slow = cluster.url().resolve(path.formatted("slow"));
      for (int i = 0; i < 2; i++) {
        calls.add(callers.submit(() -> call(slow, "RequestResponse", "{\"b\":2}", 200)));
      }
      URI event = cluster.url().resolve(path.formatted("event"));
      calls.add(callers.submit(() -> call(event, "Event", "3", 202)));
      for (int i = 0; i < RESTARTS; i++) {
        cluster.run("roll");
      }
      over.set(true);
      for (Future<?> each : calls) {
        each.get();
      }

      System.out.printf(
          "%d restarts of both nodes, answered: %s, failed: %d%n",
          RESTARTS, answered, failures.size());
      failures.stream().limit(SHOWN).forEach(System.out::println);
      assertThat(failures).as(cluster.logs()).isEmpty();
      assertThat(answered).hasSize(3);
      await()
          .atMost(Rapid.PATIENCE)
          .untilAsserted(() -> assertThat(recorded.attempts().keySet()).containsAll(accepted));
      assertThat(recorded.attempts()).hasSameSizeAs(accepted);
      assertThat(recorded.attempts().values()).allMatch(times -> times == 1);
    }
  }
}
