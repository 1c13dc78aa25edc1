package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.NodeRole;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.store.StoreSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous invocations of functions in real processes (contract invoke-api, section 4). */
@Timeout(120)
final class EventsTest {

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
  }

  private FunctionSettings.Builder function(String name) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name(name)
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", name));
  }

  private Rapid.Builder rapid(FunctionSettings... functions) {
    Rapid.Builder builder = Rapid.builder().listen("127.0.0.1", 0).lazyInit(true);
    for (FunctionSettings each : functions) {
      builder.function(each);
    }
    return builder;
  }

  private HttpResponse<String> send(Rapid rapid, String function, String payload) throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + rapid.address().getPort()
                        + "/2015-03-31/functions/"
                        + function
                        + "/invocations"))
            .header("X-Amz-Invocation-Type", "Event")
            .POST(HttpRequest.BodyPublishers.ofString('"' + payload + '"'))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private QueueSettings durable() {
    return new QueueSettings(
        new StoreSettings.InDirectory(directory.resolve("data")), Set.of(NodeRole.values()), 1);
  }

  @Test
  void an_event_is_accepted_and_runs() throws Exception {
    try (Rapid rapid = rapid(function("one").build()).start()) {
      assertThat(send(rapid, "one", "create:done").statusCode()).isEqualTo(202);

      await().until(() -> Files.exists(directory.resolve("done")));
    }
  }

  @Test
  void an_event_that_failed_is_tried_again() throws Exception {
    FunctionSettings function =
        function("one")
            .async(new AsyncSettings(2, Duration.ofMillis(1), AsyncSettings.MAX_AGE))
            .build();
    try (Rapid rapid = rapid(function).start()) {
      // The runtime ends, and the next attempt finds it ended again.
      assertThat(send(rapid, "one", "exit").statusCode()).isEqualTo(202);
      assertThat(send(rapid, "one", "create:done").statusCode()).isEqualTo(202);

      await().until(() -> Files.exists(directory.resolve("done")));
    }
  }

  @Test
  void an_event_that_waits_survives_the_end_in_a_data_directory() throws Exception {
    FunctionSettings function = function("one").concurrency(oneSandbox()).build();
    try (Rapid rapid = rapid(function).queue(durable()).start()) {
      // The only sandbox is busy for ever, so that the second event waits.
      assertThat(send(rapid, "one", "await:go").statusCode()).isEqualTo(202);
      await().until(() -> entries(rapid).contains("\"state\":\"running\""));
      assertThat(send(rapid, "one", "create:done").statusCode()).isEqualTo(202);
    }
    assertThat(directory.resolve("done")).doesNotExist();

    Files.createFile(directory.resolve("go"));
    try (Rapid rapid = rapid(function).queue(durable()).start()) {
      await().until(() -> Files.exists(directory.resolve("done")));
      await().until(() -> entries(rapid).contains("\"entries\":[]"));
    }
  }

  @Test
  void an_event_of_a_function_that_went_away_runs_when_the_function_is_back() throws Exception {
    FunctionSettings one = function("one").concurrency(oneSandbox()).build();
    FunctionSettings two = function("two").build();
    try (Rapid rapid = rapid(one, two).queue(durable()).start()) {
      assertThat(send(rapid, "one", "await:go").statusCode()).isEqualTo(202);
      await().until(() -> entries(rapid).contains("\"state\":\"running\""));
      assertThat(send(rapid, "one", "create:done").statusCode()).isEqualTo(202);

      rapid.apply(program(two));
      Files.createFile(directory.resolve("go"));
      // The attempt that ran has ended, and the event that waited is left.
      await().until(() -> !entries(rapid).contains("\"state\":\"running\""));
      assertThat(entries(rapid)).containsOnlyOnce("\"id\":").contains("\"state\":\"queued\"");
      assertThat(directory.resolve("done")).doesNotExist();
      rapid.apply(program(one, two));

      await().until(() -> Files.exists(directory.resolve("done")));
    }
  }

  @Test
  void a_delivery_that_hangs_at_the_end_is_released() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI hook = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/hook");
      AsyncSettings async =
          new AsyncSettings(
              1,
              Duration.ofMinutes(1),
              AsyncSettings.MAX_AGE,
              new Destination.OfHook(hook, null),
              null,
              null);
      FunctionSettings function = function("one").async(async).build();
      try (Rapid rapid = rapid(function).queue(durable()).start()) {
        assertThat(send(rapid, "one", "create:done").statusCode()).isEqualTo(202);
        Socket unused = silent.accept();
      }

      QueueSettings accepting = new QueueSettings(durable().store(), Set.of(NodeRole.ACCEPT), 1);
      try (Rapid rapid = rapid(function).queue(accepting).start()) {
        assertThat(entries(rapid))
            .contains(hook.toString())
            .contains("\"reason\":\"Rapid is shutting down\"")
            .doesNotContain("\"state\":\"running\"");
      }
    }
  }

  private static ConcurrencySettings oneSandbox() {
    ConcurrencySettings usual = ConcurrencySettings.DEFAULT;
    return new ConcurrencySettings(
        1,
        usual.reserved(),
        usual.provisioned(),
        usual.idleTimeout(),
        usual.whenBusy(),
        usual.maxConcurrency(),
        usual.requestsPerSecond(),
        usual.isolatesTenants(),
        usual.freezeAfter());
  }

  /** Returns the page of what the queue has. */
  private String entries(Rapid rapid) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + rapid.address().getPort() + "/_rapid/async"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private ProgramSettings program(FunctionSettings... functions) {
    return new ProgramSettings(
        List.of(functions),
        List.of(),
        Listeners.callersAt(new HostPort("127.0.0.1", 0)),
        FrontEnd.DEFAULT,
        List.of(),
        Set.of(),
        null,
        durable());
  }

  @Test
  void a_node_that_does_not_accept_events_refuses_them() throws Exception {
    QueueSettings running =
        new QueueSettings(new StoreSettings.InMemory(), Set.of(NodeRole.RUN), 1);
    try (Rapid rapid = rapid(function("one").build()).queue(running).start()) {
      HttpResponse<String> answer = send(rapid, "one", "create:done");

      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("--roles");
    }
  }
}
