package dev.rapid.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.lambda.Limits;
import dev.rapid.telemetry.log.LineWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several sandboxes of one function. */
@Timeout(120)
final class LocalSandboxTest {

  private static final List<String> SLEEPS = List.of("/bin/sh", "-c", "exec sleep 600");

  @TempDir Path directory;

  private final Lifecycle lifecycle = new Lifecycle();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private Engine engine;
  private LineWriter lines;

  @BeforeEach
  void startEngine() throws IOException {
    lines = lifecycle.add(LineWriter.to(log, (lost, bytes) -> new byte[0]));
    engine =
        Engine.start(
            1, new Gatekeeper(List.of(), name -> ""), QueueSettings.DEFAULT, null, null, lifecycle);
  }

  @AfterEach
  void closeEngine() {
    lifecycle.close();
  }

  // ------------------------------------------------------------------ sandboxes of one function

  /** Makes sandboxes as {@link EmulatedFunction} does. */
  private final class Function {

    private final ConfiguredFunction configured;
    private final FunctionTelemetry telemetry;
    private final List<Phase> phases = new CopyOnWriteArrayList<>();
    private int made;

    Function(FunctionSettings settings) {
      configured = new ConfiguredFunction(settings, 1, () -> {});
      telemetry =
          new FunctionTelemetry(
              engine,
              settings.name(),
              lines,
              new LogLabels(true, 8),
              null,
              new FunctionObserver(
                  FunctionLog.none(),
                  sandbox -> event -> events.add(sandbox + " " + event.getClass().getSimpleName()),
                  null));
    }

    LocalSandbox sandbox(Lifecycle parts) {
      made++;
      int number = made;
      return LocalSandbox.create(
          engine,
          LocalSandbox.config(configured),
          configured,
          () -> configured.identity(number, number == 1, "stream" + number),
          new RuntimeApiProtocol(
              engine,
              configured,
              new OwnAddress(engine.worker(), configured.settings().runtimeApi(), parts),
              parts),
          telemetry,
          null,
          phases::add,
          ended -> ended.payload().release(),
          parts);
    }
  }

  private FunctionSettings.Builder settings(List<String> command) {
    return FunctionSettings.builder(command, directory)
        .name("orders")
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", "hello"));
  }

  private static String addressOf(LocalSandbox sandbox) throws ListenException {
    return sandbox
        .protocol()
        .variables(sandbox.identity().get())
        .getOrDefault("AWS_LAMBDA_RUNTIME_API", "");
  }

  private static Sink invoke(LocalSandbox sandbox, FunctionDescription function, String id) {
    Sink sink = new Sink();
    sandbox
        .sandbox()
        .post(
            new SandboxEvent.InvokeRequested(
                new Invocation(
                    id,
                    function,
                    function.identity().arn(),
                    function.identity().version(),
                    "",
                    null,
                    null,
                    Payload.of("{}"),
                    sink,
                    Limits.MAX_RESPONSE_BYTES,
                    false)));
    return sink;
  }

  private static final class Sink implements ResponseSink {

    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Void> logEnded = new CompletableFuture<>();
    private final LogTail tail = new LogTail(() -> logEnded.complete(null));

    @Override
    public @Nullable LogTail logTail() {
      return tail;
    }

    @Override
    public void complete(Outcome ended) {
      outcome.complete(ended);
    }

    String log() {
      logEnded.join();
      return new String(tail.bytes(), UTF_8);
    }
  }

  private static void end(LocalSandbox sandbox, Lifecycle parts) {
    sandbox.sandbox().post(new SandboxEvent.ShutdownRequested());
    sandbox.sandbox().terminated().join();
    parts.close();
  }

  // ------------------------------------------------------------------ tests

  @Test
  void parallel_invocations_have_their_own_log_tails_and_whole_lines_in_the_shared_log()
      throws Exception {
    Function function = new Function(settings(EchoRuntime.command()).build());
    Lifecycle parts = lifecycle.child();
    LocalSandbox one = function.sandbox(parts);
    LocalSandbox two = function.sandbox(parts);
    FunctionDescription description = function.configured.description();

    Sink first = invoke(one, description, "first");
    Sink second = invoke(two, description, "second");

    assertThat(first.outcome.join()).isInstanceOf(Outcome.Returned.class);
    assertThat(second.outcome.join()).isInstanceOf(Outcome.Returned.class);
    assertThat(first.log())
        .contains("START RequestId: first", "handles {}", "REPORT RequestId: first")
        .doesNotContain("second");
    assertThat(second.log()).contains("START RequestId: second").doesNotContain("first");
    assertThat(addressOf(one)).isNotEqualTo(addressOf(two));
    end(one, parts);
    end(two, parts);
    assertThat(events)
        .contains("orders/1 Start", "orders/1 Report", "orders/2 Start", "orders/2 Report");
  }

  @Test
  void hundreds_of_sandboxes_that_come_and_go_leave_nothing() throws Exception {
    Function function = new Function(settings(SLEEPS).build());
    Lifecycle warm = lifecycle.child();
    LocalSandbox kept = function.sandbox(warm);
    kept.sandbox().post(new SandboxEvent.InitRequested());
    await().until(() -> running() >= 1);
    boolean unused = lines.lines(new byte[] {'\n'}, 0, 1);
    int parts = lifecycle.size();
    Resources before = Resources.now();
    for (int round = 0; round < 10; round++) {
      Map<LocalSandbox, Lifecycle> sandboxes = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        Lifecycle child = lifecycle.child();
        LocalSandbox sandbox = function.sandbox(child);
        sandbox.sandbox().post(new SandboxEvent.InitRequested());
        sandboxes.put(sandbox, child);
      }
      sandboxes.keySet().forEach(each -> each.sandbox().post(new SandboxEvent.ShutdownRequested()));
      sandboxes.forEach(LocalSandboxTest::end);
    }

    assertThat(lifecycle.size()).isEqualTo(parts);
    before.awaitAgain();
    end(kept, warm);
  }

  private static long running() {
    return ProcessHandle.current().descendants().count();
  }

  @Test
  void a_port_that_one_sandbox_has_does_not_keep_the_others_from_starting() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Lifecycle parts = lifecycle.child();
    Function function =
        new Function(settings(SLEEPS).runtimeApi(new HostPort("127.0.0.1", port)).build());

    assertThat(addressOf(function.sandbox(parts))).isEqualTo("127.0.0.1:" + port);
    assertThat(addressOf(function.sandbox(parts))).isNotEqualTo("127.0.0.1:" + port);
    parts.close();
  }

  @Test
  void callers_get_an_error_if_a_sandbox_has_no_address() {
    Lifecycle parts = lifecycle.child();
    Function function =
        new Function(settings(SLEEPS).runtimeApi(new HostPort("no-host.invalid", 0)).build());
    LocalSandbox sandbox = function.sandbox(parts);

    Outcome outcome = invoke(sandbox, function.configured.description(), "first").outcome.join();

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.error().wireName()).isEqualTo("Sandbox.Failure");
              assertThat(failed.message()).contains("no-host.invalid");
            });
    end(sandbox, parts);
  }

  @Test
  void a_sandbox_that_has_ended_is_not_kept_in_memory_by_a_deadline_that_it_had() throws Exception {
    Function function = new Function(settings(SLEEPS).build());
    WeakReference<Sandbox> gone = ended(function);

    await()
        .untilAsserted(() -> {
          System.gc();
          assertThat(gone.refersTo(null)).isTrue();
        });
  }

  private WeakReference<Sandbox> ended(Function function) {
    Lifecycle parts = lifecycle.child();
    LocalSandbox sandbox = function.sandbox(parts);
    sandbox.sandbox().post(new SandboxEvent.InitRequested());
    end(sandbox, parts);
    return new WeakReference<>(sandbox.sandbox());
  }
}
