package dev.rapid.invokeapi;

import static io.restassured.RestAssured.given;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.process.ConnectionPeers;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.RuntimeOwner;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.RecordingEvents;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.ScheduledTimers;
import dev.rapid.core.time.WallClock;
import dev.rapid.http.HttpListener;
import dev.rapid.http.HttpWorker;
import dev.rapid.http.testing.WireAnswer;
import dev.rapid.http.testing.WireClient;
import dev.rapid.invokeapi.function.FunctionProfile;
import dev.rapid.invokeapi.function.FunctionVersions;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.RequestRate;
import dev.rapid.invokeapi.invoke.RequestsPerSecond;
import dev.rapid.invokeapi.invoke.Strictness;
import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.read.Catalogue;
import dev.rapid.invokeapi.read.ServedFunction;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.invokeapi.url.UrlSettings;
import dev.rapid.invokeapi.url.WebPages;
import dev.rapid.lambda.LambdaFailureMessages;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.runtimeapi.CredentialStore;
import dev.rapid.runtimeapi.ExecutionEnvironmentMetadata;
import dev.rapid.runtimeapi.RoleCredentials;
import dev.rapid.runtimeapi.RuntimeApiServer;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything between a caller and a runtime, for one function {@code echo}: only the runtime itself
 * is a script of the test, and time passes for real.
 */
final class Emulator implements AutoCloseable {

  static final String INVOKE = "/2015-03-31/functions/echo/invocations";
  static final String STREAM = "/2021-11-15/functions/echo/response-streaming-invocations";
  static final String URL = "/lambda-url/echo";
  static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:echo";

  /** What the reads show if a test does not care. */
  static final FunctionProfile PROFILE =
      new FunctionProfile(
          null,
          Map.of(),
          null,
          null,
          false,
          false,
          null,
          0,
          Instant.parse("2026-09-15T11:53:23.648Z"),
          Map.of());

  /** What a test does not care about has a usual value. */
  static final class Builder {

    private RuntimeScript script = RuntimeScript.ECHO;
    private Duration functionTimeout = Duration.ofSeconds(20);
    private Duration initTimeout = Duration.ofSeconds(10);
    private Duration restoreTimeout = SandboxConfig.DEFAULT_RESTORE_TIMEOUT;
    private int maxWaiting = FleetConfig.DEFAULT_MAX_WAITING;
    private long payloadBytes = 64L * 1024 * 1024;
    private long maxStreamedBytes = Invocation.UNLIMITED;
    private boolean streamErrors = true;
    private UrlSettings url = UrlSettings.DEFAULT;
    private WebPages pages = WebPages.NONE;
    private AsyncSettings async = AsyncSettings.DEFAULT;
    private boolean isolatesTenants;
    private @Nullable Integer requestsPerSecond;
    private Strictness strictness = Strictness.NONE;
    private @Nullable StartFailure startFailure;
    private FunctionVersions versions = FunctionVersions.NONE;
    private List<String> otherNames = List.of();
    private @Nullable String notRunnable;
    private FunctionProfile profile = PROFILE;
    private final List<ServedFunction> more = new ArrayList<>();
    private DoubleSupplier random = () -> 0;

    Builder versions(FunctionVersions published) {
      versions = published;
      return this;
    }

    Builder otherNames(String... names) {
      otherNames = List.of(names);
      return this;
    }

    Builder notRunnable(String reason) {
      notRunnable = reason;
      return this;
    }

    Builder profile(FunctionProfile shown) {
      profile = shown;
      return this;
    }

    /** With one more function, which is only listed. */
    Builder more(ServedFunction function) {
      more.add(function);
      return this;
    }

    /** With what chooses the versions of weighted aliases. */
    Builder random(DoubleSupplier numbers) {
      random = numbers;
      return this;
    }

    Builder runtime(RuntimeScript behaviour) {
      script = behaviour;
      return this;
    }

    Builder functionTimeout(Duration timeout) {
      functionTimeout = timeout;
      return this;
    }

    Builder initTimeout(Duration timeout) {
      initTimeout = timeout;
      return this;
    }

    Builder restoreTimeout(Duration timeout) {
      restoreTimeout = timeout;
      return this;
    }

    Builder maxWaiting(int count) {
      maxWaiting = count;
      return this;
    }

    Builder payloadBytes(long budget) {
      payloadBytes = budget;
      return this;
    }

    Builder maxStreamedBytes(long bytes) {
      maxStreamedBytes = bytes;
      return this;
    }

    Builder withoutStreamErrors() {
      streamErrors = false;
      return this;
    }

    Builder url(UrlSettings settings) {
      url = settings;
      return this;
    }

    Builder async(AsyncSettings settings) {
      async = settings;
      return this;
    }

    Builder isolatesTenants() {
      isolatesTenants = true;
      return this;
    }

    Builder requestsPerSecond(int count) {
      requestsPerSecond = count;
      return this;
    }

    Builder pages(WebPages allowed) {
      pages = allowed;
      return this;
    }

    Builder strictness(Strictness rules) {
      strictness = rules;
      return this;
    }

    Builder startFailure(StartFailure failure) {
      startFailure = failure;
      return this;
    }

    Emulator start() {
      try {
        return new Emulator(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** More than in a real Rapid, where all callers share one. */
  private static final int IO_THREADS = 3;

  private final ScheduledTimers timers = new ScheduledTimers(NanoClock.SYSTEM);
  private final VirtualTime rateTime = new VirtualTime();
  private final RecordingEvents events = new RecordingEvents();
  private final LongAdder throttles = new LongAdder();
  private final List<WireClient> clients = new ArrayList<>();
  private final HttpWorker worker;

  /** The runtime has a thread of its own, so that its calls and those of callers are concurrent. */
  private final HttpWorker sandboxWorker;

  private final RuntimeApiServer runtimeApi;
  private final HttpListener front;
  private final InvokeApi invokeApi;
  private final IntakeOfTest intake;
  private final ScriptedRuntimes runtimes;
  private final FakeProcesses processes;
  private final Fleet fleet;
  private volatile FunctionDescription function;

  private Emulator(Builder builder) throws IOException {
    function =
        Functions.function()
            .name("echo")
            .accountId("000000000000")
            .timeout(builder.functionTimeout)
            .build();
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    worker = HttpWorker.start(IO_THREADS, builder.payloadBytes);
    sandboxWorker = worker.startBeside("sandbox");
    runtimeApi = RuntimeApiServer.bind(sandboxWorker, anyPort);
    front = HttpListener.bind(worker, anyPort);
    runtimes = new ScriptedRuntimes(runtimeApi.address(), builder.script);
    processes = FakeProcesses.running(runtimes);
    if (builder.startFailure != null) {
      processes.failEveryStart(builder.startFailure);
    }
    SandboxConfig config =
        new SandboxConfig(
            builder.initTimeout,
            SandboxConfig.DEFAULT_INIT_ERROR_GRACE,
            Duration.ofMillis(1),
            RuntimeOwner.RAPID,
            false,
            builder.restoreTimeout,
            Duration.ZERO,
            1,
            false,
            Duration.ZERO,
            LambdaFailureMessages.INSTANCE,
            true,
            false);
    fleet =
        new Fleet(
            FleetConfig.of(1, config.capacity()).withMaxWaiting(builder.maxWaiting),
            member ->
                Sandboxes.sandbox()
                    .config(config)
                    .processes(processes)
                    .connections(runtimeApi)
                    .events(events)
                    .realTime(timers)
                    .available(ended -> {
                      LogTail tail = ended.sink().logTail();
                      if (tail != null) {
                        tail.end();
                      }
                      member.ended(ended);
                    })
                    .phases(member)
                    .build(),
            timers,
            NanoClock.SYSTEM);
    runtimeApi.serve(
        runtimeApi.routes(
            fleet.first(),
            ConnectionPeers.UNKNOWN,
            ExecutionEnvironmentMetadata.in(() -> "us-east-1"),
            new CredentialStore(new RoleCredentials("AKIA", "secret", ""))));
    intake = new IntakeOfTest(fleet);
    invokeApi =
        new InvokeApi(
            catalogue(
                new InvokedFunction(
                    () -> function,
                    fleet,
                    intake,
                    throttles,
                    builder.isolatesTenants,
                    builder.requestsPerSecond == null
                        ? RequestRate.UNLIMITED
                        : new RequestsPerSecond("echo", builder.requestsPerSecond, rateTime)),
                builder),
            worker.payloads(),
            WallClock.SYSTEM,
            new ResponseStreaming(
                ResponseStreaming.unlimited(NanoClock.SYSTEM, timers).pacers(),
                builder.maxStreamedBytes,
                builder.streamErrors),
            builder.pages,
            builder.strictness,
            builder.random);
    front.serve(invokeApi.handler(), invokeApi::answerFault);
  }

  /** All versions run in the same sandbox. */
  private Catalogue catalogue(InvokedFunction latest, Builder builder) {
    List<ServedFunction> served = new ArrayList<>();
    served.add(
        new ServedFunction(
            new VersionedFunction(
                () -> function,
                builder.otherNames,
                builder.versions,
                version ->
                    version.equals(FunctionIdentity.LATEST) ? latest : ofVersion(latest, version),
                builder.notRunnable),
            builder.url,
            null,
            builder.async,
            builder.profile));
    served.addAll(builder.more);
    return new Catalogue(served, null);
  }

  private InvokedFunction ofVersion(InvokedFunction latest, String version) {
    FunctionDescription description =
        Functions.function()
            .name("echo")
            .accountId("000000000000")
            .timeout(function.timeout())
            .version(version)
            .build();
    return new InvokedFunction(
        () -> description, fleet, intake, throttles, latest.isolatesTenants(), latest.rate());
  }

  static Builder emulator() {
    return new Builder();
  }

  // ------------------------------------------------------------------ the caller

  /** Returns a request to the front end, for tests that are not about bytes on the wire. */
  RequestSpecification request() {
    return given().baseUri("http://127.0.0.1").port(front.address().getPort());
  }

  WireClient connect() {
    return keep(WireClient.connect(front.address()));
  }

  WireClient connectWithSmallBuffer() {
    return keep(WireClient.connectWithSmallBuffer(front.address()));
  }

  private WireClient keep(WireClient client) {
    clients.add(client);
    return client;
  }

  WireAnswer invoke(String body, String... headers) {
    return connect().post(INVOKE, body, headers);
  }

  WireAnswer stream(String body, String... headers) {
    return connect().post(STREAM, body, headers);
  }

  static String path(String functionName) {
    return "/2015-03-31/functions/" + functionName + "/invocations";
  }

  // ------------------------------------------------------------------ what can be seen

  List<RuntimeClient.Event> seen() {
    return runtimes.seen();
  }

  RuntimeClient.Event onlyEvent() {
    List<RuntimeClient.Event> all = seen();
    if (all.size() != 1) {
      throw new AssertionError("expected one event, but the runtimes got " + all.size());
    }
    return all.getFirst();
  }

  /**
   * Fails if an invocation was taken before this call: it would run before the one of this call.
   */
  void expectNotInvoked() {
    String last = "\"the only invocation\"";
    invoke(last);
    List<String> bodies = seen().stream().map(RuntimeClient.Event::text).toList();
    if (!bodies.equals(List.of(last))) {
      throw new AssertionError("expected no other invocation, but the runtimes got " + bodies);
    }
  }

  List<Integer> starts() {
    return processes.starts();
  }

  Phase phase() {
    return fleet.first().state().phase();
  }

  Fleet fleet() {
    return fleet;
  }

  RecordingEvents events() {
    return events;
  }

  /** The time whose seconds the limit of requests counts. */
  VirtualTime rateTime() {
    return rateTime;
  }

  /** Returns how many requests were answered with 429. */
  long throttles() {
    return throttles.sum();
  }

  /** What takes the events of callers that do not wait. */
  IntakeOfTest intake() {
    return intake;
  }

  long usedBytes() {
    return worker.payloads().usedBytes();
  }

  @Override
  public void close() {
    clients.forEach(WireClient::close);
    fleet.shutDown().orTimeout(10, TimeUnit.SECONDS).join();
    front.close();
    runtimeApi.close();
    sandboxWorker.close();
    worker.close();
    timers.close();
    runtimes.failOnBadScript();
  }
}
