package dev.rapid.control;

import static dev.rapid.http.testing.Eventually.eventually;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.lambda.LambdaFailureMessages;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A control API on a free port, with a real fleet and sandbox, whose runtime is the test. */
final class Control implements AutoCloseable {

  static final String INIT =
      "{\"handler\":\"app.handler\",\"functionName\":\"greeter\",\"functionVersion\":\"7\","
          + "\"invokeTimeoutMs\":3000}";

  private static final ObjectMapper JSON = new ObjectMapper();

  final VirtualTime time = new VirtualTime();
  final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  final KnownFunction function = new KnownFunction();
  final ControlApi api;
  final Fleet fleet;

  private final HttpWorker worker;
  private final HttpListener listener;
  private final List<WireClient> clients = new ArrayList<>();

  /** Starts with usual limits. */
  Control() {
    this(SandboxConfig.started(SandboxConfig.DEFAULT_INIT_TIMEOUT));
  }

  Control(SandboxConfig limits) {
    SandboxConfig config = limits.withMessages(LambdaFailureMessages.INSTANCE);
    try {
      worker = HttpWorker.start(4, 64L * 1024 * 1024);
      listener =
          HttpListener.bind(worker, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    api = new ControlApi(function, worker.payloads(), time, time, time);
    fleet =
        new Fleet(
            FleetConfig.of(1, config.capacity()).withMaxWaiting(10),
            member ->
                Sandboxes.sandbox()
                    .config(config)
                    .processes(processes)
                    .events(api)
                    .time(time)
                    .phases(member)
                    .available(ended -> {
                      member.ended(ended);
                      api.ended(ended);
                    })
                    .build(),
            time,
            time);
    listener.serve(api.handler(fleet), ControlApi::answerFault);
  }

  @Override
  public void close() {
    clients.forEach(WireClient::close);
    listener.close();
    worker.close();
  }

  // ------------------------------------------------------------------ the client

  /** Returns a request to this API, whose paths are sent as they are. */
  RequestSpecification request() {
    return given()
        .urlEncodingEnabled(false)
        .baseUri("http://127.0.0.1")
        .port(listener.address().getPort());
  }

  WireClient connect() {
    WireClient client = WireClient.connect(listener.address());
    clients.add(client);
    return client;
  }

  WireAnswer get(String path) {
    return connect().get(path);
  }

  WireAnswer post(String path, String body, String... headers) {
    return connect().post(path, body, headers);
  }

  /** Sends a request whose answer the test receives later. */
  WireClient begin(String path, String body, String... headers) {
    WireClient client = connect();
    client.sendRequest("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    return client;
  }

  JsonNode json(WireAnswer answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Initialises, with a runtime that polls. */
  FakeSlot initialised() {
    assertThat(post("/test/init", INIT).status()).isEqualTo(200);
    FakeSlot next = poll();
    assertThat(post("/test/waitUntilInitialized", "").status()).isEqualTo(200);
    return next;
  }

  WireAnswer reserve(String... headers) {
    WireAnswer answer = post("/test/reserve", "", headers);
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }

  /** Begins an invocation and returns when the runtime has it. */
  WireClient invokeUntilDelivered(FakeSlot next, String event) {
    WireClient client = begin("/test/invoke", event);
    delivered(next);
    return client;
  }

  JsonNode events() {
    return json(get("/test/eventLog")).path("events");
  }

  /** Returns what the event log tells of the only reply. */
  JsonNode internalMetrics() {
    for (JsonNode event : events()) {
      if (event.path("type").textValue().equals("platform.runtimeDone")) {
        return event.path("platformEvent").path("internalMetrics");
      }
    }
    throw new AssertionError(eventTypes());
  }

  /** Returns the types of all records so far. */
  List<String> eventTypes() {
    List<String> types = new ArrayList<>();
    events().forEach(event -> types.add(event.path("type").textValue()));
    return types;
  }

  // ------------------------------------------------------------------ the runtime

  Sandbox sandbox() {
    return fleet.first();
  }

  /** Waits until the sandbox is in a phase. */
  void awaitPhase(Class<? extends Phase> phase) {
    eventually(() -> phase.isInstance(sandbox().state().phase()));
    settle();
  }

  /** Waits until the I/O threads have done what they were doing, effects included. */
  void settle() {
    assertThat(get("/test/ping").status()).isEqualTo(200);
    awaitEvents();
  }

  /** Posts an event and waits for its effects, which another thread may cause. */
  void post(SandboxEvent event) {
    sandbox().post(event);
    awaitEvents();
  }

  private void awaitEvents() {
    eventually(() -> fleet.members().stream().noneMatch(each -> each.sandbox().hasPendingEvents()));
  }

  FakeSlot poll() {
    FakeSlot call = new FakeSlot();
    post(new SandboxEvent.WorkerReady(call));
    return call;
  }

  /** Waits until a poll has its event and returns that. */
  Invocation delivered(FakeSlot next) {
    eventually(() -> !sandbox().state().running().isEmpty() && next.delivered() != null);
    settle();
    return Objects.requireNonNull(next.delivered());
  }

  FakeReply respond(FakeSlot next, String body, String contentType) {
    return reply(next, new Reply.Response(Payload.of(body), contentType));
  }

  FakeReply reply(FakeSlot next, Reply reply) {
    FakeReply call = new FakeReply();
    String id = delivered(next).requestId();
    post(
        reply instanceof Reply.ReportedError
            ? new SandboxEvent.ReplyBegan(call, ReplyKind.ERROR, id)
            : new SandboxEvent.ReplyBegan(call, ReplyKind.RESPONSE, id));
    StreamingSink stream = call.stream();
    post(
        new SandboxEvent.ReplyEnded(
            call,
            stream != null && reply instanceof Reply.Response response
                ? passedOn(response, stream, call.streamLimit())
                : reply));
    return call;
  }

  /** Does with a whole response what the Runtime API does with one that comes in pieces. */
  private static Reply passedOn(Reply.Response response, StreamingSink stream, long limit) {
    stream.begin(new ResponseHead(response.contentType(), false), () -> {});
    byte[] body = response.payload().toByteArray();
    response.payload().release();
    int length = (int) Math.min(body.length, Math.max(limit, limit + 1));
    if (length > 0) {
      stream.write(Payload.of(Arrays.copyOf(body, length)));
    }
    return new Reply.Streamed(
        body.length > limit ? ResponseEnd.OVERSIZED : ResponseEnd.COMPLETE, length, null, null);
  }

  /** Begins a response of which the test sends the pieces. */
  FakeReply stream(FakeSlot next) {
    FakeReply call = new FakeReply();
    post(new SandboxEvent.ReplyBegan(call, ReplyKind.RESPONSE, delivered(next).requestId()));
    return call;
  }

  /** A function that remembers what it was told. */
  static final class KnownFunction implements ControlledFunction {

    final List<InitSettings> settings = new CopyOnWriteArrayList<>();
    final List<CredentialOverrides> credentials = new CopyOnWriteArrayList<>();
    volatile FunctionDescription description =
        Functions.function().name("greeter").version("7").build();
    volatile boolean fetchesCredentials;
    volatile boolean shutDown;

    @Override
    public @Nullable String faultOf(InitSettings next) {
      return next.environment().containsKey("") ? "a variable has no name" : null;
    }

    @Override
    public void configure(InitSettings next) {
      settings.add(next);
      description =
          Functions.function()
              .revision(description.revision() + 1)
              .name(next.functionName())
              .version(next.functionVersion())
              .timeout(next.invokeTimeout())
              .build();
    }

    @Override
    public boolean replaceCredentials(CredentialOverrides next) {
      if (fetchesCredentials) {
        credentials.add(next);
      }
      return fetchesCredentials;
    }

    @Override
    public FunctionDescription description() {
      return description;
    }

    @Override
    public InitializationType initializationType() {
      return snapStart() ? InitializationType.SNAP_START : InitializationType.ON_DEMAND;
    }

    @Override
    public boolean snapStart() {
      return fetchesCredentials;
    }

    @Override
    public void shutDownRequested() {
      shutDown = true;
    }
  }
}
