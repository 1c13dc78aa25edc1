package dev.rapid.runtimeapi;

import static dev.rapid.http.testing.Eventually.eventually;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingEvents;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.WorkerState;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.LambdaFailureMessages;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox behind its Runtime API; the test is the runtime on one side and the caller on the
 * other.
 */
final class RuntimeApi implements AutoCloseable {

  static final Duration FUNCTION_TIMEOUT = Functions.TIMEOUT;
  static final String NEXT = "/2018-06-01/runtime/invocation/next";
  static final String RESTORE_NEXT = "/2018-06-01/runtime/restore/next";
  static final String RESTORE_ERROR = "/2018-06-01/runtime/restore/error";
  static final String CREDENTIALS = "/2021-04-23/credentials";
  static final String INIT_ERROR = "/2018-06-01/runtime/init/error";
  static final String STATUS_OK = "{\"status\":\"OK\"}\n";

  /** A path that keeps the I/O thread busy, so that nothing is read meanwhile. */
  private static final String HOLD = "/hold";

  private static final long PAYLOAD_BYTES = 64L * 1024 * 1024;

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  private final RecordingEvents events = new RecordingEvents();
  private final AtomicInteger ended = new AtomicInteger();
  private final List<WireClient> clients = new ArrayList<>();
  private final HttpWorker worker;
  private final RuntimeApiServer server;
  private final Sandbox sandbox;
  private final ExecutionEnvironmentMetadata metadata =
      ExecutionEnvironmentMetadata.in(() -> "us-east-1");
  private final @Nullable CredentialStore credentials;
  private volatile @Nullable CountDownLatch held;
  private volatile boolean holding;

  /** What the ends of worker processes are reported to, by the port of their connection. */
  private final Map<Integer, Runnable> disconnected = new ConcurrentHashMap<>();

  private final ConnectionPeers peers =
      (clientPort, serverPort) -> ended -> disconnected.put(clientPort, ended);

  private RuntimeApi(SandboxConfig config, @Nullable CredentialStore credentials) {
    this.credentials = credentials;
    try {
      worker = HttpWorker.start(1, PAYLOAD_BYTES);
      server =
          RuntimeApiServer.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sandbox =
        Sandboxes.sandbox()
            .config(config)
            .processes(processes)
            .connections(server)
            .events(events)
            .time(time)
            .available(this::invocationEnded)
            .build();
    HttpHandler routes = server.routes(sandbox, peers, metadata, credentials);
    server.serve(exchange -> {
      if (exchange.getRequestURI().equals(HOLD)) {
        waitForRelease();
      }
      routes.handleRequest(exchange);
    });
    sandbox.post(new SandboxEvent.InitRequested());
  }

  /** A runtime that was started and has not called yet. */
  static RuntimeApi starting() {
    return new RuntimeApi(config(), null);
  }

  /** The same with SnapStart. */
  static RuntimeApi startingWithSnapStart() {
    return new RuntimeApi(
        config(), new CredentialStore(new RoleCredentials("AKIA", "s<cret", "session/token")));
  }

  /** A runtime that the user starts. */
  static RuntimeApi attached() {
    return attachedSharedBy(1);
  }

  /** A runtime that the user starts and that {@code invocations} share. */
  static RuntimeApi attachedSharedBy(int invocations) {
    return new RuntimeApi(
        SandboxConfig.ofUsersRuntime()
            .withCapacity(invocations)
            .withMessages(LambdaFailureMessages.INSTANCE),
        null);
  }

  /** A runtime that {@code invocations} share. */
  static RuntimeApi sharedBy(int invocations) {
    return new RuntimeApi(config().withCapacity(invocations), null);
  }

  private static SandboxConfig config() {
    return SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT)
        .withMessages(LambdaFailureMessages.INSTANCE);
  }

  private void invocationEnded(Invocation invocation) {
    invocation.payload().release();
    ended.incrementAndGet();
  }

  // ------------------------------------------------------------------ the runtime

  /** Returns the URL of a path, for clients that need no connection of their own. */
  String url(String path) {
    return "http://127.0.0.1:" + server.address().getPort() + path;
  }

  WireClient connect() {
    WireClient client = WireClient.connect(server.address());
    clients.add(client);
    return client;
  }

  WireClient connectWithSmallBuffer() {
    WireClient client = WireClient.connectWithSmallBuffer(server.address());
    clients.add(client);
    return client;
  }

  /** The process behind a connection ends. */
  void workerEnds(WireClient client) {
    int port = client.localPort();
    client.close();
    eventually(() -> disconnected.containsKey(port));
    Objects.requireNonNull(disconnected.get(port)).run();
  }

  void advanceBy(Duration duration) {
    time.advanceBy(duration);
  }

  /** Polls and waits until the poll is parked behind those that are there already. */
  WireClient poll() {
    return poll(connect());
  }

  WireClient poll(WireClient client) {
    int before = sandbox.state().slots().size();
    client.sendHead("GET", NEXT);
    eventually(() -> sandbox.state().slots().size() == before + 1);
    return client;
  }

  static String response(String requestId) {
    return "/2018-06-01/runtime/invocation/" + requestId + "/response";
  }

  static String error(String requestId) {
    return "/2018-06-01/runtime/invocation/" + requestId + "/error";
  }

  void exit(ProcessExit exit) {
    processes.exit(exit);
    awaitEvents();
  }

  /** Waits until the effects of all events are there, which another thread may cause. */
  private void awaitEvents() {
    eventually(() -> !sandbox.hasPendingEvents());
  }

  /** Lets the runtime exit and waits until nothing that it sent can arrive any more. */
  void exitAndSettle(ProcessExit exit) {
    exit(exit);
    time.advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);
    eventually(() -> phase() instanceof Phase.Cold);
  }

  /** A reply broke off; lets the time pass in which an exit could be why. */
  void waitForExit() {
    eventually(() -> worker() == WorkerState.REPLIED);
    time.advanceBy(SandboxConfig.EXIT_TIME);
  }

  /** Waits until the runtime of this generation was started. */
  void awaitStart(int generation) {
    eventually(() -> processes.starts().contains(generation));
  }

  /** Takes the I/O thread away until it is released. */
  void holdIoThread() {
    held = new CountDownLatch(1);
    connect().sendHead("GET", HOLD);
    eventually(() -> holding);
  }

  void releaseIoThread() {
    @Nullable CountDownLatch latch = held;
    if (latch != null) {
      latch.countDown();
    }
  }

  private void waitForRelease() {
    @Nullable CountDownLatch latch = held;
    if (latch == null) {
      return;
    }
    holding = true;
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Polls for the restore and waits until the poll is parked. */
  WireClient pollRestore(WireClient client) {
    client.sendHead("GET", RESTORE_NEXT);
    eventually(this::restorePolled);
    return client;
  }

  /** A runtime that runs its hook after a restore, for the invocation that is returned. */
  Invocation restoring(WireClient client) {
    pollRestore(client);
    Invocation invocation = invoke();
    WireAnswer answer = client.receive();
    if (answer.status() != 200) {
      throw new AssertionError(answer.toString());
    }
    return invocation;
  }

  // ------------------------------------------------------------------ the caller

  Invocation invoke() {
    return invoke(Invocations.invocation());
  }

  Invocation invoke(Invocations builder) {
    Invocation invocation = builder.build();
    sandbox.post(new SandboxEvent.InvokeRequested(invocation));
    awaitEvents();
    return invocation;
  }

  /** An invocation whose event the runtime has. */
  Invocation delivered(WireClient client) {
    return delivered(client, Invocations.invocation());
  }

  Invocation delivered(WireClient client, Invocations builder) {
    poll(client);
    Invocation invocation = invoke(builder);
    WireAnswer answer = client.receive();
    if (answer.status() != 200) {
      throw new AssertionError(answer.toString());
    }
    return invocation;
  }

  Outcome outcomeOf(Invocation invocation) {
    eventually(() -> Invocations.outcomeOf(invocation) != null);
    @Nullable Outcome outcome = Invocations.outcomeOf(invocation);
    if (outcome == null) {
      throw new AssertionError();
    }
    return outcome;
  }

  /** Returns the bytes that the runtime returned, and gives their memory back. */
  byte[] resultOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Returned(Payload payload, var contentType)) {
      return take(payload);
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  /** Returns the error that the runtime reported, and gives its memory back. */
  ReportedText errorOf(Invocation invocation) {
    if (outcomeOf(invocation)
        instanceof Outcome.Reported(String type, var reported, Payload payload, var contentType)) {
      return new ReportedText(type, new String(take(payload), StandardCharsets.UTF_8), contentType);
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  record ReportedText(String type, String body, @Nullable String contentType) {}

  private static byte[] take(Payload payload) {
    byte[] bytes = payload.toByteArray();
    payload.release();
    return bytes;
  }

  // ------------------------------------------------------------------ what can be seen

  WorkerState worker() {
    return sandbox.state().worker();
  }

  Phase phase() {
    return sandbox.state().phase();
  }

  int parked() {
    return sandbox.state().slots().size();
  }

  int ended() {
    return ended.get();
  }

  long usedBytes() {
    return worker.payloads().usedBytes();
  }

  boolean restorePolled() {
    return sandbox.state().side().restoreSlot() != null;
  }

  RecordingEvents events() {
    return events;
  }

  ExecutionEnvironmentMetadata metadata() {
    return metadata;
  }

  CredentialStore credentials() {
    @Nullable CredentialStore store = credentials;
    if (store == null) {
      throw new AssertionError("without SnapStart there are no credentials");
    }
    return store;
  }

  VirtualTime time() {
    return time;
  }

  List<Integer> starts() {
    return processes.starts();
  }

  @Override
  public void close() {
    releaseIoThread();
    clients.forEach(WireClient::close);
    server.close();
    worker.close();
  }

  /** The body of a refused call. */
  static String errorBody(String type, String message) {
    return "{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}\n";
  }

  static String transition(String from, String to) {
    return errorBody(
        "InvalidStateTransition",
        "State transition from "
            + from
            + " to "
            + to
            + " failed for runtime. Error: State transition is not allowed");
  }
}
