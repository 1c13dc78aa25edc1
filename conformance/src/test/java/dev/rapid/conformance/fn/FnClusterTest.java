package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.ClientProject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Two nodes take the calls of a load balancer of Fn, while one is lost and the other drained. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class FnClusterTest {

  private static final int CALLS = 2_000;
  private static final int CALLERS = 16;
  private static final int SHOWN = 20;
  private static final String FUNCTION = "echo0function";

  @TempDir Path directory;

  private final Turns turns = new Turns();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();

  /** A call and what came of it. */
  private record Call(int caller, String payload, int status, String id, String body) {

    boolean isEchoed() {
      return status == 200 && body.equals(payload);
    }

    @Override
    public String toString() {
      String shown = body.substring(0, Math.min(body.length(), SHOWN * 10)).strip();
      return "%d bytes of caller %d: %d %s".formatted(payload.length(), caller, status, shown);
    }
  }

  /** How many calls have begun, and how many may. */
  private static final class Turns {

    private int begun;
    private int allowed;

    /** Waits until another call may begin. Returns its number, -1 if there are no more. */
    synchronized int next() throws InterruptedException {
      while (begun == allowed && begun < CALLS) {
        wait();
      }
      return begun == CALLS ? -1 : begun++;
    }

    synchronized void allow(int number) {
      allowed = number;
      notifyAll();
    }

    synchronized int begun() {
      return begun;
    }
  }

  /** Sends calls on one connection, each with a payload of its own. */
  private void call(int caller, URI url) {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int number; (number = turns.next()) >= 0; ) {
        // Up to three frames of the protocol.
        calls.add(send(client, url, caller, "call " + number + " " + "x".repeat(number * 13)));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Call send(HttpClient client, URI url, int caller, String payload)
      throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofMinutes(1))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString(payload))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      String id = answer.headers().firstValue("Fn-Call-Id").orElse("");
      return new Call(caller, payload, answer.statusCode(), id, answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswered(int count) {
    await().atMost(Duration.ofMinutes(2)).until(() -> calls.size() >= count);
  }

  /** Returns on which nodes the call of each id has begun. */
  private static Map<String, List<String>> begun(Path record) {
    Map<String, List<String>> nodes = new HashMap<>();
    try {
      for (String line : Files.readAllLines(record, StandardCharsets.US_ASCII)) {
        String[] words = line.split(" ", -1);
        nodes.computeIfAbsent(words[0], id -> new ArrayList<>()).add(words[1]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return nodes;
  }

  private static long callsOf(String node, Path record) {
    return begun(record).values().stream().filter(nodes -> nodes.contains(node)).count();
  }

  /** Sends calls until the node gets one: the load balancer waits before it connects again. */
  private static void awaitUsed(String node, URI url, Path record) {
    long before = callsOf(node, record);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() ->
              send(client, url, -1, "are you there?").isEchoed() && callsOf(node, record) > before);
    }
  }

  private FnCluster start(Path record) throws IOException {
    Path configuration = directory.resolve("rapid.yaml");
    Files.writeString(
        configuration,
        "fnRunner:\n  listen: 127.0.0.1:${RUNNER_PORT}\nfunctions:\n"
            + FnRapid.tinyWorker(
                "echo",
                "fn: {fnIds: [" + FUNCTION + "]}",
                "env: {DO: \"record " + record + " ${NODE} 0.01\"}"));
    Path api = directory.resolve("api.json");
    Files.writeString(
        api,
        """
        {
          "apps": [{"id": "app", "name": "app", "config": {}}],
          "fns": [{
            "id": "%s", "name": "echo", "app_id": "app", "image": "echo:1",
            "memory": 64, "timeout": 30, "idle_timeout": 60, "config": {}
          }],
          "triggers": []
        }
        """
            .formatted(FUNCTION));
    return FnCluster.start(directory, configuration, api);
  }

  @Test
  void only_calls_of_a_killed_node_fail_and_no_call_of_a_drained_one() throws Exception {
    Path record = directory.resolve("begun");
    Files.createFile(record);
    try (FnCluster cluster = start(record);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      URI url = cluster.invokeUrl(FUNCTION);
      awaitUsed("1", url, record);
      awaitUsed("2", url, record);
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        int caller = i;
        ends.add(callers.submit(() -> call(caller, url)));
      }

      turns.allow(1_200);
      awaitAnswered(500);
      cluster.run("kill", "node-1");
      int begunAtTheKill = turns.begun();
      awaitAnswered(1_200);
      long whileKilled = callsOf("1", record);
      List<Call> failed = calls.stream().filter(call -> !call.isEchoed()).toList();

      cluster.run("start", "node-1");
      awaitUsed("1", url, record);
      turns.allow(1_800);
      awaitAnswered(1_400);
      int begunBeforeTheDrain = turns.begun();
      cluster.run("stop", "node-2");
      int begunAtItsEnd = turns.begun();
      turns.allow(CALLS);
      for (Future<?> each : ends) {
        each.get();
      }

      Map<String, List<String>> begun = begun(record);
      System.out.printf(
          "%d calls answered, %d failed; the killed node had begun %d of %d calls, both together"
              + " %d; the drain began and ended at calls %d and %d%n",
          calls.size(),
          failed.size(),
          whileKilled,
          begunAtTheKill,
          begun.size(),
          begunBeforeTheDrain,
          begunAtItsEnd);
      System.out.printf(
          "%d of the calls that failed had begun in a worker%n",
          failed.stream().filter(call -> begun.containsKey(call.id())).count());
      failed.stream().limit(SHOWN).forEach(System.out::println);
      assertThat(calls).as(cluster.logs()).hasSize(CALLS);
      assertThat(begunAtTheKill).as("begun when the node had gone").isLessThan(1_200);
      assertThat(begunBeforeTheDrain).as("begun before the other was drained").isLessThan(1_800);
      assertThat(calls.stream().filter(call -> !call.isEchoed()))
          .as("calls that failed, of a node that was not killed too")
          .containsExactlyInAnyOrderElementsOf(failed);
      assertThat(failed).allMatch(call -> call.status() == 500);
      assertThat(failed.stream().map(Call::caller))
          .as("each caller lost at most the call that was running")
          .doesNotHaveDuplicates();
      assertThat(failed.stream().flatMap(call -> begun.getOrDefault(call.id(), List.of()).stream()))
          .as("where calls had begun that failed")
          .allMatch("1"::equals);
      assertThat(begun.values()).as("nodes of each call").allMatch(nodes -> nodes.size() == 1);
      Set<String> answered =
          calls.stream().filter(Call::isEchoed).map(Call::id).collect(Collectors.toSet());
      assertThat(begun.keySet()).containsAll(answered);
    }
  }
}
