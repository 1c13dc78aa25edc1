package dev.rapid.azure.server;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rapid.azure.AzureSettings;
import dev.rapid.azure.AzureSettings.Indexing;
import dev.rapid.azure.AzureWorker;
import dev.rapid.azure.LateWorkerHost;
import dev.rapid.azure.WorkerSettings;
import dev.rapid.azure.WorkerStart;
import dev.rapid.azure.WorkerTimers;
import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.AppIndex;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.FunctionIndex;
import dev.rapid.azure.app.InvalidAppException;
import dev.rapid.azure.app.ReportedFunction;
import dev.rapid.azure.protocol.FunctionRpcGrpc;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingSink;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.WorkerLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A sandbox in virtual time, whose workers the test plays over real streams. */
final class AzureBench implements AutoCloseable {

  static final Path APP = Path.of("/srv/app");
  static final Path PLACEHOLDER = Path.of("/srv/placeholder");
  static final WorkerTimers TIMERS = WorkerTimers.DEFAULT;

  /** Longer than every limit of a worker, so that only those count. */
  static final Duration INIT_TIMEOUT = Duration.ofMinutes(10);

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  private final LateWorkerHost host = new LateWorkerHost(time, time);
  private final List<WorkerStart> starts = new CopyOnWriteArrayList<>();
  private final List<ScriptedWorker> workers = new ArrayList<>();
  private final List<WorkerLog.Message> messages = new CopyOnWriteArrayList<>();
  private final List<WorkerLog.Metric> metrics = new CopyOnWriteArrayList<>();
  private final AzureWorker worker;
  private final Processes around;
  private final Sandbox sandbox;

  /** What a test chooses. */
  static final class Choice {

    private Indexing indexing = Indexing.HOST;
    private List<AppFunction> hostFunctions = List.of(function("hello"));
    private @Nullable String functionName;
    private boolean loadAll;
    private int capacity = 1;
    private boolean placeholder;
    private Map<String, String> environment = Map.of();

    Choice workerIndexing() {
      indexing = Indexing.WORKER;
      return this;
    }

    Choice hostFunctions(AppFunction... functions) {
      hostFunctions = List.of(functions);
      return this;
    }

    Choice functionName(String name) {
      functionName = name;
      return this;
    }

    Choice loadAll() {
      loadAll = true;
      return this;
    }

    Choice capacity(int invocations) {
      capacity = invocations;
      return this;
    }

    Choice placeholder(Map<String, String> restoredEnvironment) {
      placeholder = true;
      environment = restoredEnvironment;
      return this;
    }

    AzureBench open() {
      return new AzureBench(this);
    }
  }

  static Choice choice() {
    return new Choice();
  }

  /** Returns a function with a generic trigger. */
  static AppFunction function(String name) {
    return new AppFunction(
        "id-" + name,
        name,
        APP.resolve(name).toString(),
        "main.py",
        "",
        List.of(
            new Binding(
                "req",
                "genericTrigger",
                Binding.Direction.IN,
                Binding.DataType.UNDEFINED,
                JsonNodeFactory.instance.objectNode())),
        Map.of(),
        false,
        null,
        null);
  }

  private AzureBench(Choice choice) {
    AzureSettings app =
        new AzureSettings(
            APP,
            choice.functionName,
            Path.of("/srv/worker"),
            List.of(),
            null,
            null,
            AzureSettings.ArgumentStyle.BOTH,
            Map.of(),
            TIMERS,
            "4.1037.0",
            choice.loadAll,
            null,
            AzureSettings.HttpResponse.ENVELOPE);
    worker =
        new AzureWorker(
            host,
            new WorkerSettings(
                app,
                app.workerDirectory(),
                choice.indexing,
                TIMERS,
                choice.capacity,
                choice.placeholder ? PLACEHOLDER : null),
            new ChosenIndex(choice.hostFunctions),
            () -> choice.environment);
    around = worker.around(new Prepared());
    sandbox =
        Sandboxes.sandbox()
            .config(
                SandboxConfig.started(INIT_TIMEOUT)
                    .withoutRepeatedInit()
                    .withRestoreTimeout(INIT_TIMEOUT)
                    .withInitAfterFailedRestore()
                    .withCapacity(choice.capacity))
            .processes(around)
            .connections(worker)
            .time(time)
            .available(invocation -> invocation.payload().release())
            .build();
    GrpcWorkerHost listening = listening();
    time.waitsWhile(listening::hasPendingSteps);
    worker.serve(
        sandbox::post,
        new WorkerLog() {
          @Override
          public void message(Message message) {
            messages.add(message);
          }

          @Override
          public void metric(Metric metric) {
            metrics.add(metric);
          }
        });
  }

  private GrpcWorkerHost listening() {
    try {
      return (GrpcWorkerHost) host.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processes that ask for their command line when they start. */
  private final class Prepared implements Processes {

    @Override
    public List<String> findExtensions() {
      return processes.findExtensions();
    }

    @Override
    public void start(ProcessName process, Listener listener) {
      try {
        starts.add(worker.prepare(process.generation()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      processes.start(process, listener);
    }

    /** A worker ends when it is asked to. */
    @Override
    public void terminate(ProcessName process) {
      processes.terminate(process);
      if (!processes.alive().isEmpty()) {
        processes.exit(new ProcessExit.Signaled("terminated"));
      }
    }

    @Override
    public void kill(ProcessName process) {
      processes.kill(process);
    }

    @Override
    public void stop(int generation, Listener listener) {
      processes.stop(generation, listener);
    }

    @Override
    public void freeze(int generation) {
      processes.freeze(generation);
    }

    @Override
    public void thaw(int generation) {
      processes.thaw(generation);
    }

    @Override
    public long peakMemoryBytes(int generation) {
      return 0;
    }
  }

  private record ChosenIndex(List<AppFunction> ofHost) implements FunctionIndex {

    @Override
    public AppFunction ofWorker(ReportedFunction reported) throws InvalidAppException {
      return new AppIndex(APP).ofWorker(reported);
    }
  }

  // ------------------------------------------------------------------ workers

  /** Starts a worker, which has not connected. */
  ScriptedWorker start() {
    sandbox.post(new SandboxEvent.InitRequested());
    return started();
  }

  /** Returns the worker that was started last. */
  ScriptedWorker started() {
    return connect(starts.getLast().workerId());
  }

  /** Opens a stream for a worker id. */
  ScriptedWorker connect(String id) {
    return connect(id, FunctionRpcGrpc.SERVICE_NAME);
  }

  /** Opens a stream as the oldest workers do. */
  ScriptedWorker connectToOldService(String id) {
    return connect(id, "FunctionRpc.FunctionRpc");
  }

  private ScriptedWorker connect(String id, String service) {
    ScriptedWorker connected = new ScriptedWorker(starts.getLast().port(), id, service);
    workers.add(connected);
    return connected;
  }

  /** Starts a worker with these capabilities, and waits until it has room. */
  ScriptedWorker ready(Map<String, String> capabilities) {
    ScriptedWorker started = start().init(capabilities);
    started.load();
    eventually(() -> sandbox.state().phase() instanceof Phase.Serving);
    return started;
  }

  ScriptedWorker ready() {
    return ready(Map.of());
  }

  /** Stops the processes where they are. */
  void freeze() {
    around.freeze(processes.alive().getFirst());
  }

  /** Lets the processes go on. */
  void thaw() {
    around.thaw(processes.alive().getFirst());
  }

  List<WorkerStart> starts() {
    return starts;
  }

  // ------------------------------------------------------------------ invocations

  Invocation invoke(Invocations invocation) {
    Invocation made = invocation.timeout(Duration.ofMinutes(2)).build();
    sandbox.post(new SandboxEvent.InvokeRequested(made));
    return made;
  }

  Invocation invoke() {
    return invoke(Invocations.invocation());
  }

  static Outcome outcomeOf(Invocation invocation) {
    RecordingSink sink = (RecordingSink) invocation.sink();
    eventually(() -> sink.outcome() != null);
    Outcome outcome = sink.outcome();
    if (outcome == null) {
      throw new AssertionError();
    }
    return outcome;
  }

  static String resultOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Returned returned) {
      return new String(returned.payload().toByteArray(), StandardCharsets.UTF_8);
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  static Outcome.Failed failureOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Failed failed) {
      return failed;
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  static String errorOf(Invocation invocation) {
    if (outcomeOf(invocation) instanceof Outcome.Reported reported) {
      return new String(reported.payload().toByteArray(), StandardCharsets.UTF_8);
    }
    throw new AssertionError(outcomeOf(invocation).toString());
  }

  static void eventually(Callable<Boolean> condition) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(condition);
  }

  void awaitCold() {
    eventually(() -> sandbox.state().phase() instanceof Phase.Cold);
  }

  Sandbox sandbox() {
    return sandbox;
  }

  FakeProcesses processes() {
    return processes;
  }

  VirtualTime time() {
    return time;
  }

  /** Returns how many messages of workers were dropped. */
  long dropped() {
    return host.droppedMessages();
  }

  List<WorkerLog.Message> messages() {
    return messages;
  }

  List<WorkerLog.Metric> metrics() {
    return metrics;
  }

  @Override
  public void close() {
    workers.forEach(ScriptedWorker::close);
    worker.close();
    host.close();
  }
}
