package dev.rapid.extensionsapi;

import static dev.rapid.http.testing.Eventually.eventually;

import dev.rapid.core.extension.Extension;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.ExtensionState;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.LambdaFailureMessages;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox behind its Extensions API. The test is the extensions, on real sockets; it is also the
 * runtime and the caller, whose sides are posted as events. Processes end when the test says so.
 */
final class ExtensionsFixture implements AutoCloseable {

  static final String REGISTER = "/2020-01-01/extension/register";
  static final String EVENT_NEXT = "/2020-01-01/extension/event/next";
  static final String INIT_ERROR = "/2020-01-01/extension/init/error";
  static final String EXIT_ERROR = "/2020-01-01/extension/exit/error";

  static final String IDENTIFIER = "Lambda-Extension-Identifier";
  static final String STATUS_OK = "{\"status\":\"OK\"}\n";
  static final String UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
  static final Duration FUNCTION_TIMEOUT = Functions.TIMEOUT;

  private static final int MAX_CHAIN_OF_EVENTS = 5;
  private static final long PAYLOAD_BYTES = 64L * 1024 * 1024;

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedByTheTest();
  private volatile CompletableFuture<Void> disconnected = CompletableFuture.completedFuture(null);
  private final List<WireClient> clients = new ArrayList<>();
  private final HttpWorker worker;
  private final HttpListener listener;
  private final Sandbox sandbox;
  private volatile FunctionDescription function =
      Functions.function().name("my-function").accountId("123456789012").build();

  private ExtensionsFixture(List<String> external) {
    try {
      worker = HttpWorker.start(1, PAYLOAD_BYTES);
      listener =
          HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    processes.installExtensions(external.toArray(String[]::new));
    sandbox =
        Sandboxes.sandbox()
            .config(
                SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT)
                    .withExtensions()
                    .withMessages(LambdaFailureMessages.INSTANCE))
            .processes(processes)
            .connections(this::disconnect)
            .time(time)
            .available(invocation -> invocation.payload().release())
            .build();
    serve(routes());
  }

  /** An environment whose external extensions, if there are any, were just started. */
  static ExtensionsFixture starting(String... external) {
    ExtensionsFixture fixture = new ExtensionsFixture(List.of(external));
    fixture.sandbox.post(new SandboxEvent.InitRequested());
    return fixture;
  }

  private void disconnect(Runnable closed) {
    CompletableFuture<Void> swept = new CompletableFuture<>();
    disconnected = swept;
    listener.closeConnections(() -> swept.complete(null));
    closed.run();
  }

  /** Answers with another handler from now on. */
  void serve(HttpHandler handler) {
    listener.serve(handler);
  }

  /**
   * Keeps the I/O thread from doing anything.
   *
   * @return lets it go on
   */
  Runnable stall() {
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    serve(exchange -> {
      stalled.countDown();
      goOn.await();
    });
    connect().sendHead("GET", "/");
    eventually(() -> stalled.getCount() == 0);
    serve(routes());
    return goOn::countDown;
  }

  private HttpHandler routes() {
    return ExtensionsApi.routes(sandbox, () -> function, worker.payloads());
  }

  void functionIs(FunctionDescription description) {
    function = description;
  }

  // ------------------------------------------------------------------ extensions

  /** Connects. A connection that comes while others are being closed would be closed too. */
  WireClient connect() {
    disconnected.join();
    WireClient client = WireClient.connect(listener.address());
    clients.add(client);
    return client;
  }

  /** Tries to register on a connection of its own. */
  WireAnswer tryRegister(String name, String... events) {
    return connect().post(REGISTER, events(events), named(name));
  }

  /** Registers an extension, which goes on to use the connection. */
  Caller register(String name, String... events) {
    WireClient client = connect();
    WireAnswer answer = client.post(REGISTER, events(events), named(name));
    @Nullable String id = answer.header(IDENTIFIER);
    if (answer.status() != 200 || id == null) {
      throw new AssertionError(answer.toString());
    }
    return new Caller(name, id, client);
  }

  static String named(String name) {
    return "Lambda-Extension-Name: " + name;
  }

  static String identified(String id) {
    return IDENTIFIER + ": " + id;
  }

  static String errorType(String type) {
    return "Lambda-Extension-Function-Error-Type: " + type;
  }

  static String events(String... names) {
    return Stream.of(names)
        .map(name -> "\"" + name + "\"")
        .collect(Collectors.joining(",", "{\"events\":[", "]}"));
  }

  /** An extension that has registered. */
  final class Caller {

    private final String name;
    private final String id;
    private final WireClient client;

    Caller(String name, String id, WireClient client) {
      this.name = name;
      this.id = id;
      this.client = client;
    }

    String id() {
      return id;
    }

    /** Sends a poll on its connection, which may be refused. */
    WireClient sendPoll() {
      return client.sendHead("GET", EVENT_NEXT, identified(id));
    }

    /** Polls on its connection and waits until the poll is parked. */
    WireClient poll() {
      sendPoll();
      awaitParked();
      return client;
    }

    /** Tries to register once more, on a connection of its own. */
    WireAnswer tryRegister() {
      return ExtensionsFixture.this.tryRegister(name);
    }

    /** Polls and waits for the answer, on a connection of its own. */
    WireAnswer tryPoll() {
      return connect().get(EVENT_NEXT, identified(id));
    }

    void awaitParked() {
      eventually(() -> state(name) == ExtensionState.READY && extension(name).poll() != null);
    }

    /** Reports an error on a connection of its own. */
    WireAnswer report(String path, String type) {
      return connect().post(path, "", identified(id), errorType(type));
    }

    /** Waits for the answer of the parked poll. */
    WireAnswer receive() {
      return client.receive();
    }

    WireClient client() {
      return client;
    }
  }

  // ------------------------------------------------------------------ the runtime, the caller

  /** The runtime polls. */
  FakeSlot runtimePolls() {
    FakeSlot poll = new FakeSlot();
    post(new SandboxEvent.WorkerReady(poll));
    return poll;
  }

  /** The runtime sends its response and polls for the next event. */
  void runtimeFinishes(Invocation invocation) {
    FakeReply reply = new FakeReply();
    post(new SandboxEvent.ReplyBegan(reply, ReplyKind.RESPONSE, invocation.requestId()));
    post(new SandboxEvent.ReplyEnded(reply, new Reply.Response(Payload.EMPTY, "application/json")));
    runtimePolls();
  }

  Invocation invoke() {
    return invoke(Invocations.invocation());
  }

  Invocation invoke(Invocations builder) {
    Invocation invocation = builder.build();
    post(new SandboxEvent.InvokeRequested(invocation));
    return invocation;
  }

  /** The sandbox is to end for good; the runtime obeys. */
  void shutDown() {
    post(new SandboxEvent.ShutdownRequested());
    exitRuntime();
  }

  void exitRuntime() {
    processes().exit(new ProcessExit.Exited(0));
  }

  void post(SandboxEvent event) {
    sandbox.post(event);
    settle();
  }

  /**
   * Waits until the sandbox is done with what was posted so far, on whichever thread, and with what
   * came of it: a call of nobody is refused after all that.
   */
  private void settle() {
    for (int i = 0; i < MAX_CHAIN_OF_EVENTS; i++) {
      Nobody nobody = new Nobody();
      sandbox.post(new SandboxEvent.ExtensionPolledNext(nobody, UNKNOWN_ID));
      eventually(() -> nobody.refused);
    }
  }

  private static final class Nobody implements ExtensionNextCall {

    private volatile boolean refused;

    @Override
    public void deliverInvoke(Invocation invocation, long deadlineEpochMillis) {
      throw new AssertionError(invocation);
    }

    @Override
    public void deliverShutdown(String reason, long deadlineEpochMillis) {
      throw new AssertionError(reason);
    }

    @Override
    public void refuse(ExtensionRefusal refusal) {
      refused = true;
    }
  }

  // ------------------------------------------------------------------ what can be seen

  Phase phase() {
    settle();
    return sandbox.state().phase();
  }

  boolean isReady() {
    return phase().equals(Phase.Serving.IDLE);
  }

  FakeProcesses processes() {
    settle();
    return processes;
  }

  VirtualTime time() {
    settle();
    return time;
  }

  long usedBytes() {
    return worker.payloads().usedBytes();
  }

  Extension extension(String name) {
    settle();
    return sandbox.state().extensions().stream()
        .filter(extension -> extension.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " among " + names()));
  }

  ExtensionState state(String name) {
    return extension(name).state();
  }

  List<String> names() {
    settle();
    return sandbox.state().extensions().stream().map(Extension::name).toList();
  }

  @Override
  public void close() {
    clients.forEach(WireClient::close);
    listener.close();
    worker.close();
  }

  /** The body of a refused call. */
  static String errorBody(String type, String message) {
    return "{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}\n";
  }

  /** The body of a call that the state does not allow. */
  static String transition(String from, String to, String extension) {
    return transition(from, to, extension, "State transition is not allowed");
  }

  static String transition(String from, String to, String extension, String why) {
    return errorBody(
        "Extension.InvalidExtensionState",
        "State transition from "
            + from
            + " to "
            + to
            + " failed for extension "
            + extension
            + ". Error: "
            + why);
  }
}
