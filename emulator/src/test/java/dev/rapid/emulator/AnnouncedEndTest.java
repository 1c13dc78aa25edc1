package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ResponseShaping;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.answer.Answers;
import dev.rapid.invokeapi.url.WebPages;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An announced end loses no request. */
@Timeout(60)
final class AnnouncedEndTest {

  @TempDir Path directory;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<LifecycleEvent.Report> reports = new CopyOnWriteArrayList<>();
  private Path goOn;

  @BeforeEach
  void name() {
    goOn = directory.resolve("go-on");
  }

  @AfterEach
  void close() {
    client.close();
  }

  private Rapid start(@Nullable Duration drainDelay) throws IOException {
    FunctionSettings function =
        FunctionSettings.builder(EchoRuntime.command(), directory)
            .name("one")
            .timeout(Duration.ofSeconds(30))
            .initTimeout(Duration.ofSeconds(30))
            .variables(Map.of("GREETING", "hello"))
            .build();
    return Rapid.builder()
        .function(function, new FunctionObserver(FunctionLog.none(), sandbox -> this::note, null))
        .listen("127.0.0.1", 0)
        .frontEnd(
            new FrontEnd(
                ResponseShaping.ON,
                StreamErrors.REPORT,
                Duration.ZERO,
                drainDelay,
                WebPages.NONE,
                false))
        .start();
  }

  private void note(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.Report report) {
      reports.add(report);
    }
  }

  private CompletableFuture<HttpResponse<String>> send(
      int port, String method, String path, BodyPublisher body) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, body)
            .build(),
        BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> invoke(int port, String payload) {
    return send(
        port,
        "POST",
        "/2015-03-31/functions/one/invocations",
        BodyPublishers.ofString('"' + payload + '"'));
  }

  private HttpResponse<String> ready(int port) {
    return send(port, "GET", "/_rapid/ready", BodyPublishers.noBody()).join();
  }

  private CompletableFuture<HttpResponse<String>> invokeAndWaitUntilItRuns(Rapid rapid) {
    var answer = invoke(rapid.address().getPort(), "await:" + goOn);
    awaitRunning(rapid);
    return answer;
  }

  private static void awaitRunning(Rapid rapid) {
    await()
        .until(() ->
            rapid.function("one").fleet().members().stream()
                .anyMatch(each -> !each.sandbox().state().phase().running().isEmpty()));
  }

  private static void awaitRefusal(int port) {
    await()
        .until(() -> {
          try (Socket taken = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !taken.isConnected();
          } catch (ConnectException e) {
            return true;
          }
        });
  }

  @Test
  void running_requests_finish_after_the_address_has_closed() throws Exception {
    Rapid rapid = start(Duration.ZERO);
    int port = rapid.address().getPort();
    var answer = invokeAndWaitUntilItRuns(rapid);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(rapid::close);
    awaitRefusal(port);
    assertThat(answer).isNotDone();
    Files.createFile(goOn);

    assertThat(answer.join().body()).startsWith("{\"greeting\":\"hello\"");
    assertThat(answer.join().headers().firstValue("Connection")).hasValue("close");
    closed.join();
  }

  @Test
  void callers_are_served_while_load_balancers_have_time_to_notice() throws Exception {
    AtomicLong now = new AtomicLong();
    AtomicInteger announced = new AtomicInteger();
    List<Integer> served = new ArrayList<>();
    try (HttpWorker worker = HttpWorker.start(1, 1024);
        HttpListener listener =
            HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      listener.serve(exchange -> Answers.send(exchange, 200, Answers.TEXT, new byte[] {'!'}));
      int port = listener.address().getPort();
      AnnouncedEnd end =
          new AnnouncedEnd(
              List.of(listener),
              new OpenRequests(),
              announced::incrementAndGet,
              now::get,
              nanos -> {
                if (served.isEmpty()) {
                  served.add(send(port, "GET", "/", BodyPublishers.noBody()).join().statusCode());
                }
                now.addAndGet(nanos);
              });

      end.begin();
      now.addAndGet(Duration.ofSeconds(3).toNanos());
      end.finish(Duration.ofSeconds(5), Duration.ZERO);

      assertThat(served).containsExactly(200);
      assertThat(announced).hasValue(1);
      assertThat(now.get()).isLessThan(Duration.ofSeconds(6).toNanos());
      awaitRefusal(port);
    }
  }

  @Test
  void after_a_client_has_announced_the_end_it_is_not_ready_and_still_serves() throws Exception {
    try (Rapid rapid = start(null)) {
      int port = rapid.address().getPort();
      assertThat(invoke(port, "before").join().statusCode()).isEqualTo(200);

      var drained = send(port, "POST", "/_rapid/drain", BodyPublishers.noBody()).join();

      assertThat(drained.body()).isEqualTo("{\"status\":\"draining\"}\n");
      assertThat(ready(port).statusCode()).isEqualTo(503);
      assertThat(ready(port).body()).contains("\"status\":\"draining\"");
      var late = invoke(port, "late").join();
      assertThat(late.statusCode()).isEqualTo(200);
      assertThat(late.headers().firstValue("Connection")).hasValue("close");
    }
  }

  @Test
  void an_end_that_a_client_has_announced_waits_for_running_requests() throws Exception {
    Rapid rapid = start(null);
    int port = rapid.address().getPort();
    var answer = invokeAndWaitUntilItRuns(rapid);
    send(port, "POST", "/_rapid/drain", BodyPublishers.noBody()).join();

    CompletableFuture<Void> closed = CompletableFuture.runAsync(rapid::close);
    awaitRefusal(port);
    Files.createFile(goOn);

    assertThat(answer.join().statusCode()).isEqualTo(200);
    closed.join();
  }

  @Test
  void an_asynchronous_invocation_that_runs_finishes_too() throws Exception {
    Rapid rapid = start(Duration.ZERO);
    int port = rapid.address().getPort();
    var accepted =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:" + port + "/2015-03-31/functions/one/invocations"))
                .header("X-Amz-Invocation-Type", "Event")
                .POST(BodyPublishers.ofString("\"await:" + goOn + "\""))
                .build(),
            BodyHandlers.ofString());
    assertThat(accepted.statusCode()).isEqualTo(202);
    awaitRunning(rapid);

    CompletableFuture<Void> closed = CompletableFuture.runAsync(rapid::close);
    awaitRefusal(port);
    Files.createFile(goOn);
    closed.join();

    assertThat(reports).extracting(LifecycleEvent.Report::status).containsExactly(Status.SUCCESS);
  }

  @Test
  void an_end_that_was_not_announced_does_not_wait_for_running_requests() throws Exception {
    Rapid rapid = start(null);
    var answer = invokeAndWaitUntilItRuns(rapid);

    rapid.close();

    assertThat(answer.join().statusCode()).isEqualTo(500);
  }
}
