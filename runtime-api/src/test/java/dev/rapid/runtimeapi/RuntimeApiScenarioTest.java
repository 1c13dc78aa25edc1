package dev.rapid.runtimeapi;

import static java.util.Objects.requireNonNull;

import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.testing.worker.ScriptedWorker;
import dev.rapid.core.testing.worker.WorkerBench;
import dev.rapid.core.testing.worker.WorkerScenarios;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The Runtime API does what every worker protocol does. */
final class RuntimeApiScenarioTest extends WorkerScenarios {

  @Override
  protected WorkerBench open(SandboxConfig config) {
    try {
      return new Bench(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Bench implements WorkerBench {

    private final VirtualTime time = new VirtualTime();
    private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
    private final List<ScriptedWorker> workers = new ArrayList<>();
    private final HttpWorker threads;
    private final RuntimeApiServer server;
    private final Sandbox sandbox;

    Bench(SandboxConfig config) throws IOException {
      threads = HttpWorker.start(4, 64L * 1024 * 1024);
      server =
          RuntimeApiServer.bind(
              threads, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      sandbox =
          Sandboxes.sandbox()
              .config(config)
              .processes(processes)
              .connections(server)
              .time(time)
              .available(invocation -> invocation.payload().release())
              .build();
      server.serve(
          server.routes(
              sandbox,
              ConnectionPeers.UNKNOWN,
              ExecutionEnvironmentMetadata.in(() -> "us-east-1"),
              null));
    }

    @Override
    public Sandbox sandbox() {
      return sandbox;
    }

    @Override
    public FakeProcesses processes() {
      return processes;
    }

    @Override
    public VirtualTime time() {
      return time;
    }

    @Override
    public ScriptedWorker connect() {
      ScriptedWorker worker = new PollingWorker(server.address());
      workers.add(worker);
      return worker;
    }

    @Override
    public void close() {
      workers.forEach(ScriptedWorker::close);
      server.close();
      threads.close();
    }
  }

  /**
   * Polls over one connection and posts over another, as clients do that have a thread for each.
   */
  private static final class PollingWorker implements ScriptedWorker {

    private final WireClient polls;
    private final WireClient posts;

    PollingWorker(InetSocketAddress address) {
      polls = WireClient.connect(address);
      posts = WireClient.connect(address);
    }

    @Override
    public void ready() {
      polls.sendHead("GET", RuntimeApi.NEXT);
    }

    @Override
    public Given awaitInvocation() {
      WireAnswer answer = polls.receive();
      return new Given(
          requireNonNull(answer.header("Lambda-Runtime-Aws-Request-Id")),
          answer.text(),
          Long.parseLong(requireNonNull(answer.header("Lambda-Runtime-Deadline-Ms"))));
    }

    @Override
    public Answer respond(String requestId, byte[] result) {
      return answerOf(posts.post(RuntimeApi.response(requestId), result));
    }

    @Override
    public Answer fail(String requestId, String errorType, String body) {
      return answerOf(
          posts.post(
              RuntimeApi.error(requestId),
              body,
              "Lambda-Runtime-Function-Error-Type: " + errorType));
    }

    @Override
    public Answer failInit(String errorType, String body) {
      return answerOf(
          posts.post(
              RuntimeApi.INIT_ERROR, body, "Lambda-Runtime-Function-Error-Type: " + errorType));
    }

    @Override
    public void breakOff(String requestId, int length) {
      posts.sendHead("POST", RuntimeApi.response(requestId), "Content-Length: " + length);
      posts.send("x".repeat(length / 2).getBytes(StandardCharsets.US_ASCII));
      posts.close();
    }

    private static Answer answerOf(WireAnswer answer) {
      return switch (answer.status()) {
        case 202 -> Answer.ACCEPTED;
        case 400 -> Answer.UNKNOWN_INVOCATION;
        case 410 -> Answer.INVOCATION_TIMED_OUT;
        case 403 -> Answer.NOT_ALLOWED;
        case 413 -> Answer.TOO_LARGE;
        default -> throw new AssertionError(answer.toString());
      };
    }

    @Override
    public void close() {
      polls.close();
      posts.close();
    }
  }
}
