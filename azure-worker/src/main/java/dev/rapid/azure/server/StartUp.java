package dev.rapid.azure.server;

import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.SessionSetup;
import dev.rapid.azure.WorkerSettings;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.AppFunction.IndexingFailure;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.app.InvalidAppException;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadRequest;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadResponse;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadResponse.CapabilitiesUpdateStrategy;
import dev.rapid.azure.protocol.FunctionLoadRequestCollection;
import dev.rapid.azure.protocol.FunctionLoadResponse;
import dev.rapid.azure.protocol.FunctionMetadataResponse;
import dev.rapid.azure.protocol.FunctionsMetadataRequest;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.WorkerInitRequest;
import dev.rapid.azure.protocol.WorkerInitResponse;
import dev.rapid.azure.protocol.WorkerMetadata;
import dev.rapid.azure.protocol.WorkerWarmupRequest;
import dev.rapid.azure.protocol.WorkerWarmupResponse;
import dev.rapid.azure.server.forward.InvalidHttpUriException;
import dev.rapid.azure.trigger.FunctionErrors;
import dev.rapid.azure.trigger.WorkerFeatures;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.RestoreSlot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * From the expected connection to the loaded function (contract azure-functions-worker, sections
 * 6.1 to 6.3, 6.7, 6.8 and 14.1):
 *
 * <pre>
 * CONNECTING -> INITIALIZING -> INDEXING -> LOADING -> DONE
 *                            -> WARMING_UP -> PLACEHOLDER -> RELOADING -> INDEXING -> ...
 * </pre>
 *
 * <p>An answer that does not fit the stage is dropped. Runs in the mailbox of the session.
 */
final class StartUp {

  private static final Logger LOG = System.getLogger(StartUp.class.getName());

  private static final String COLLECTION = "SupportsLoadResponseCollection";
  private static final String WARMUP = "HandlesWorkerWarmupMessage";

  private enum Stage {
    CONNECTING,
    INITIALIZING,
    WARMING_UP,
    PLACEHOLDER,
    RELOADING,
    INDEXING,
    LOADING,
    DONE
  }

  private final Session session;
  private final SessionSetup setup;
  private final WorkerSettings settings;
  private final WorkerTimers limits;
  private final WorkerMessages messages;
  private final NanoClock clock;
  private final Alarm alarm;

  private Stage stage = Stage.CONNECTING;
  private volatile boolean restoring;

  /** What the alarm says when it rings. */
  private String awaited = "";

  private Duration limit = Duration.ZERO;

  /** How the worker described its functions, by id. */
  private final Map<String, RpcFunctionMetadata> described = new HashMap<>();

  /** What is to be loaded and is not yet, by id. */
  private final Map<String, AppFunction> loading = new HashMap<>();

  private @Nullable AppFunction chosen;

  StartUp(
      Session session,
      SessionSetup setup,
      WorkerMessages messages,
      Timers timers,
      NanoClock clock) {
    this.session = session;
    this.setup = setup;
    this.settings = setup.settings();
    this.limits = setup.settings().timers();
    this.messages = messages;
    this.clock = clock;
    this.alarm = new Alarm(timers, clock, () -> session.run(this::rang));
  }

  /** Returns whether a restore has begun and not succeeded. On any thread. */
  boolean isRestoring() {
    return restoring;
  }

  /** Nothing is waited for any more. */
  void end() {
    stage = Stage.DONE;
    alarm.release();
  }

  private void await(Stage next, String what, Duration atMost) {
    stage = next;
    awaited = what;
    limit = atMost;
    alarm.set(clock.nanoTime() + atMost.toNanos());
  }

  private void rang() {
    if (stage == Stage.WARMING_UP) {
      LOG.log(Level.WARNING, "The worker did not end its warm-up within {0} s", limit.toSeconds());
      placeholderReady();
    } else if (stage != Stage.DONE && stage != Stage.PLACEHOLDER) {
      session.broken(
          ErrorType.SANDBOX_TIMEDOUT,
          "The worker did not " + awaited + " within " + seconds(limit) + " s",
          false);
    }
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  /** Returns whether an answer fits the stage. */
  private boolean isAwaited(Stage expected, String what) {
    if (stage != expected) {
      session.dropped(what);
      return false;
    }
    return true;
  }

  // ------------------------------------------------------------------ init

  void begin() {
    await(Stage.CONNECTING, "connect", limits.startup());
  }

  /** The worker has sent its first message. */
  void connected() {
    await(Stage.INITIALIZING, "answer the init", limits.init());
    session.send(
        StreamingMessage.newBuilder()
            .setWorkerInitRequest(
                WorkerInitRequest.newBuilder()
                    .setHostVersion(settings.app().hostVersion())
                    .setWorkerDirectory(workerDirectory())
                    .setFunctionAppDirectory(initialDirectory().toString()))
            .build());
  }

  private boolean isPlaceholder() {
    return setup.start().isPlaceholder();
  }

  private Path initialDirectory() {
    Path placeholder = settings.placeholderDirectory();
    return isPlaceholder() && placeholder != null ? placeholder : settings.app().appDirectory();
  }

  private String workerDirectory() {
    Path directory = settings.workerDirectory();
    return directory == null ? "" : directory.toString();
  }

  void initialized(WorkerInitResponse response) {
    if (!isAwaited(Stage.INITIALIZING, "an answer to an init")) {
      return;
    }
    StatusResult result = response.getResult();
    messages.takeAll(result.getLogsList(), null);
    if (!WorkerFailure.isSuccess(result)) {
      failed(WorkerFailure.ofWorker(result), result);
      return;
    }
    describe(response.getWorkerMetadata());
    if (!announced(response.getCapabilitiesMap())) {
      return;
    }
    if (!isPlaceholder()) {
      index();
    } else if (session.features().has(WARMUP)) {
      await(Stage.WARMING_UP, "warm up", limits.warmup());
      session.send(
          StreamingMessage.newBuilder()
              .setWorkerWarmupRequest(
                  WorkerWarmupRequest.newBuilder().setWorkerDirectory(workerDirectory()))
              .build());
    } else {
      placeholderReady();
    }
  }

  /** Tells the sandbox which runtime it is, if the worker says so. */
  private void describe(WorkerMetadata metadata) {
    String runtime = (metadata.getRuntimeName() + " " + metadata.getRuntimeVersion()).strip();
    String worker = metadata.getWorkerVersion();
    if (!runtime.isEmpty()) {
      String described = worker.isEmpty() ? runtime : runtime + ", worker " + worker;
      session.post(new SandboxEvent.WorkerDescribed(session.generation(), described));
    }
  }

  /** Returns whether what the worker says that it can do makes sense. */
  private boolean announced(Map<String, String> capabilities) {
    try {
      session.features(new WorkerFeatures(capabilities));
      return true;
    } catch (InvalidHttpUriException e) {
      String type = ErrorType.RUNTIME_UNKNOWN.wireName();
      String message = String.valueOf(e.getMessage());
      failed(FunctionErrors.error(type, message, ""), message);
      return false;
    }
  }

  // ------------------------------------------------------------------ restore

  void warmedUp(WorkerWarmupResponse response) {
    if (!isAwaited(Stage.WARMING_UP, "an answer to a warm-up")) {
      return;
    }
    messages.takeAll(response.getResult().getLogsList(), null);
    if (!WorkerFailure.isSuccess(response.getResult())) {
      LOG.log(
          Level.WARNING,
          "The warm-up of the worker failed: {0}",
          WorkerFailure.message(response.getResult()));
    }
    placeholderReady();
  }

  private void placeholderReady() {
    stage = Stage.PLACEHOLDER;
    alarm.clear();
    session.post(new SandboxEvent.SnapshotReady(new Placeholder(this)));
  }

  /** A worker that waits for its restore. */
  private record Placeholder(StartUp startUp) implements RestoreSlot {

    @Override
    public void restored() {
      startUp.restoring = true;
      startUp.session.run(startUp::reload);
    }

    @Override
    public void refuse(Refusal refusal) {}

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private void reload() {
    if (stage != Stage.PLACEHOLDER) {
      return;
    }
    Map<String, String> environment = new TreeMap<>(setup.environment().get());
    environment.values().removeIf(String::isEmpty);
    await(Stage.RELOADING, "take its environment", limits.reload());
    session.send(
        StreamingMessage.newBuilder()
            .setFunctionEnvironmentReloadRequest(
                FunctionEnvironmentReloadRequest.newBuilder()
                    .putAllEnvironmentVariables(environment)
                    .setFunctionAppDirectory(settings.app().appDirectory().toString()))
            .build());
  }

  void reloaded(FunctionEnvironmentReloadResponse response) {
    if (!isAwaited(Stage.RELOADING, "an answer to a new environment")) {
      return;
    }
    StatusResult result = response.getResult();
    messages.takeAll(result.getLogsList(), null);
    if (!WorkerFailure.isSuccess(result)) {
      failed(WorkerFailure.ofWorker(result), result);
      return;
    }
    describe(response.getWorkerMetadata());
    Map<String, String> capabilities = new HashMap<>();
    if (response.getCapabilitiesUpdateStrategy() != CapabilitiesUpdateStrategy.replace) {
      capabilities.putAll(session.features().all());
    }
    capabilities.putAll(response.getCapabilitiesMap());
    if (announced(capabilities)) {
      index();
    }
  }

  // ------------------------------------------------------------------ the index

  private void index() {
    if (settings.indexing() == Indexing.HOST) {
      indexByHost();
      return;
    }
    await(Stage.INDEXING, "describe its functions", limits.metadata());
    session.send(
        StreamingMessage.newBuilder()
            .setFunctionsMetadataRequest(
                FunctionsMetadataRequest.newBuilder()
                    .setFunctionAppDirectory(settings.app().appDirectory().toString()))
            .build());
  }

  /** Files are not read by a thread of the connections. */
  private void indexByHost() {
    stage = Stage.INDEXING;
    alarm.clear();
    Thread unused =
        Thread.ofVirtual()
            .name("rapid-azure-index")
            .start(() -> {
              try {
                List<AppFunction> found = setup.index().ofHost();
                session.run(() -> load(found));
              } catch (InvalidAppException e) {
                session.run(() -> invalid(String.valueOf(e.getMessage())));
              } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "Could not index " + settings.app().appDirectory(), e);
                session.run(() -> invalid("Rapid could not read the app: " + e));
              }
            });
  }

  void described(FunctionMetadataResponse response) {
    if (!isAwaited(Stage.INDEXING, "a description of functions")) {
      return;
    }
    StatusResult result = response.getResult();
    messages.takeAll(result.getLogsList(), null);
    if (response.getUseDefaultMetadataIndexing()) {
      indexByHost();
      return;
    }
    if (!WorkerFailure.isSuccess(result)) {
      if (response.getFunctionMetadataResultsCount() == 0) {
        failed(WorkerFailure.ofWorker(result), result);
        return;
      }
      LOG.log(
          Level.WARNING,
          "The worker could not describe all functions: {0}",
          WorkerFailure.message(result));
    }
    List<AppFunction> functions = new ArrayList<>();
    String problem = null;
    for (RpcFunctionMetadata each : response.getFunctionMetadataResultsList()) {
      try {
        functions.add(setup.index().ofWorker(FunctionMessages.reported(each)));
        described.put(each.getFunctionId(), each);
      } catch (InvalidAppException e) {
        if (isWanted(each.getName())) {
          problem = String.valueOf(e.getMessage());
        }
        LOG.log(Level.WARNING, "A function cannot be used: {0}", e.getMessage());
      }
    }
    if (problem != null) {
      invalid(problem);
    } else {
      load(functions);
    }
  }

  private boolean isWanted(String name) {
    String wanted = settings.app().functionName();
    return wanted == null || wanted.equalsIgnoreCase(name);
  }

  private void invalid(String message) {
    failed(FunctionErrors.error(AppIndex.INVALID, message, ""), message);
  }

  // ------------------------------------------------------------------ load

  private void load(List<AppFunction> found) {
    if (stage != Stage.INDEXING) {
      return;
    }
    List<AppFunction> wanted = found.stream().filter(each -> isWanted(each.name())).toList();
    if (wanted.size() != 1) {
      unknown(found);
      return;
    }
    AppFunction function = wanted.getFirst();
    IndexingFailure failure = function.failure();
    if (failure != null) {
      StatusResult result = FunctionMessages.result(failure);
      failed(FunctionErrors.of(result), result);
      return;
    }
    chosen = function;
    List<AppFunction> toLoad = new ArrayList<>(wanted);
    if (settings.app().loadAll()) {
      found.stream()
          .filter(each -> each.failure() == null && !each.id().equals(function.id()))
          .forEach(toLoad::add);
    }
    toLoad.forEach(each -> loading.put(each.id(), each));
    await(Stage.LOADING, "load the function " + function.name(), limits.load());
    sendLoads(toLoad);
  }

  private void sendLoads(List<AppFunction> functions) {
    FunctionLoadRequestCollection.Builder collection = FunctionLoadRequestCollection.newBuilder();
    functions.forEach(each ->
        collection.addFunctionLoadRequests(FunctionMessages.load(each, described.get(each.id()))));
    if (session.features().has(COLLECTION)) {
      session.send(
          StreamingMessage.newBuilder().setFunctionLoadRequestCollection(collection).build());
    } else {
      collection
          .getFunctionLoadRequestsList()
          .forEach(each ->
              session.send(StreamingMessage.newBuilder().setFunctionLoadRequest(each).build()));
    }
  }

  void loaded(FunctionLoadResponse response) {
    AppFunction function = loading.remove(response.getFunctionId());
    if (function == null) {
      session.dropped("an answer to a load of '" + response.getFunctionId() + "'");
      return;
    }
    StatusResult result = response.getResult();
    messages.takeAll(result.getLogsList(), null);
    boolean ours = function.equals(chosen);
    if (!ours) {
      if (!WorkerFailure.isSuccess(result)) {
        LOG.log(
            Level.WARNING,
            "The worker could not load {0}: {1}",
            function.name(),
            WorkerFailure.message(result));
      }
    } else if (stage == Stage.LOADING) {
      if (WorkerFailure.isSuccess(result)) {
        stage = Stage.DONE;
        restoring = false;
        alarm.clear();
        session.serve(function);
      } else {
        failed(FunctionErrors.of(result), result);
      }
    }
  }

  // ------------------------------------------------------------------ failures

  private void unknown(List<AppFunction> found) {
    String wanted = settings.app().functionName();
    StringBuilder message = new StringBuilder();
    if (found.isEmpty()) {
      message.append("The app in ").append(settings.app().appDirectory());
      message.append(" has no functions");
    } else {
      List<String> names = found.stream().map(AppFunction::name).sorted().toList();
      if (wanted == null) {
        message.append("The app has several functions; choose one of them: ");
      } else {
        message.append("The app has no function '").append(wanted).append("', but: ");
      }
      message.append(String.join(", ", names));
    }
    List<String> errors = messages.lastErrors();
    if (!errors.isEmpty()) {
      message.append(". The worker's last errors: ").append(String.join(" | ", errors));
    }
    String text = message.toString();
    failed(FunctionErrors.error(ErrorType.FUNCTION_UNKNOWN.wireName(), text, ""), text);
  }

  private void failed(Reply.ReportedError error, StatusResult result) {
    failed(error, WorkerFailure.message(result));
  }

  /**
   * The init failed. A worker that lives on is of no use, so that it is broken too; a restore that
   * fails is followed by an init, which says more.
   */
  private void failed(Reply.ReportedError error, String message) {
    if (stage == Stage.DONE) {
      return;
    }
    if (restoring) {
      error.payload().release();
    } else {
      session.post(new SandboxEvent.InitFailed(new FailedInit(), error));
    }
    session.broken(ErrorType.RUNTIME_UNKNOWN, message, false);
  }

  /** Nothing is to be answered: the worker does not wait for it. */
  private static final class FailedInit implements InitFailureCall {

    @Override
    public void accept() {}

    @Override
    public void refuse(Refusal refusal) {}
  }
}
