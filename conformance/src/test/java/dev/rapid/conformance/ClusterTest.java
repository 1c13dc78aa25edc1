package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes share their asynchronous invocations in a real PostgreSQL. {@code
 * -Dcluster.events=100000} sends more of them.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ClusterTest {

  private static final int EVENTS = Integer.getInteger("cluster.events", 10_000);
  private static final int CALLERS = 8;
  private static final List<String> FUNCTIONS = List.of("first", "second", "third");

  @TempDir Path directory;

  /** Ids of events that were answered 202. */
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();

  /** Ids of events whose answer was lost, so that they may be in the queue, or not. */
  private final Set<String> uncertain = ConcurrentHashMap.newKeySet();

  private final AtomicInteger sent = new AtomicInteger();

  /** Sends events until all are accepted; one that fails is sent again, with another id. */
  private void send(Cluster cluster) {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      int number;
      while ((number = sent.getAndIncrement()) < EVENTS) {
        String function = FUNCTIONS.get(number % FUNCTIONS.size());
        URI url = cluster.url().resolve("/2015-03-31/functions/" + function + "/invocations");
        while (!isAccepted(client, url, Integer.toString(number))) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isAccepted(HttpClient client, URI url, String payload)
      throws InterruptedException {
    String id = UUID.randomUUID().toString();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(Rapid.PATIENCE)
            .header("X-Amz-Invocation-Type", "Event")
            .header("X-Amzn-RequestId", id)
            .POST(BodyPublishers.ofString(payload))
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() == 202) {
        accepted.add(id);
        return true;
      }
      assertThat(response.statusCode()).as(response.body()).isIn(429, 500, 502, 503, 504);
    } catch (IOException noAnswer) {
      // The node may have accepted it.
    }
    uncertain.add(id);
    return false;
  }

  /** Returns the request ids of the events that a process has claimed, as the other node says. */
  private static Set<String> claimedBy(long pid, Cluster cluster) throws IOException {
    Set<String> ids = new HashSet<>();
    URI page = cluster.node(2).resolve("/_rapid/async?state=running&limit=1000");
    for (JsonNode entry : new ObjectMapper().readTree(Http.get(page).text()).at("/entries")) {
      if (entry.at("/node").asText().contains("-" + pid + "-")) {
        ids.add(entry.at("/requestId").asText());
      }
    }
    return ids;
  }

  private void awaitAccepted(int count) {
    await().atMost(Duration.ofMinutes(2)).until(() -> accepted.size() >= count);
  }

  @Test
  void nothing_is_lost_when_a_node_is_killed_and_the_database_restarted() throws Exception {
    NativeRuntime.compile(directory);
    RecordedEvents recorded = new RecordedEvents(directory.resolve("recorded"));
    StringBuilder functions = new StringBuilder();
    functions.append("cwd: \"").append(directory).append("\"\nconcurrency: 4\nfunctions:\n");
    for (String name : FUNCTIONS) {
      functions.append(
          "  %s: {command: './echo_runtime --quiet --sleep-ms 5 --record %s'}\n"
              .formatted(name, recorded.file()));
    }
    Path configuration = directory.resolve("rapid.yaml");
    Files.writeString(configuration, functions);
    try (Cluster cluster = Cluster.start(directory, configuration);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        calls.add(callers.submit(() -> send(cluster)));
      }

      awaitAccepted(EVENTS / 4);
      Set<String> claimed = claimedBy(cluster.kill(1), cluster);

      awaitAccepted(EVENTS / 2);
      cluster.run("stop", "postgres");
      cluster.run("start", "postgres");
      for (Future<?> each : calls) {
        each.get();
      }

      await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(250))
          .untilAsserted(() ->
              assertThat(recorded.attempts().keySet()).as(cluster.logs()).containsAll(accepted));
      Map<String, Integer> attempts = recorded.attempts();
      Set<String> repeated = new HashSet<>();
      attempts.forEach((id, times) -> {
        if (times > 1) {
          repeated.add(id);
        }
      });
      Set<String> ran = new HashSet<>(attempts.keySet());
      ran.removeAll(accepted);
      System.out.printf(
          "%d events accepted, %d answers lost (%d of these ran); the killed node had claimed %d;"
              + " %d ran twice%n",
          accepted.size(), uncertain.size(), ran.size(), claimed.size(), repeated.size());
      assertThat(accepted).hasSize(EVENTS);
      assertThat(uncertain).containsAll(ran);
      assertThat(claimed).containsAll(repeated);
    }
  }
}
