package dev.rapid.conformance.azure.fake;

import dev.rapid.azure.protocol.FunctionEnvironmentReloadRequest;
import dev.rapid.azure.protocol.FunctionEnvironmentReloadResponse;
import dev.rapid.azure.protocol.FunctionLoadRequest;
import dev.rapid.azure.protocol.FunctionLoadRequestCollection;
import dev.rapid.azure.protocol.FunctionLoadResponseCollection;
import dev.rapid.azure.protocol.FunctionMetadataResponse;
import dev.rapid.azure.protocol.FunctionsMetadataRequest;
import dev.rapid.azure.protocol.InvocationCancel;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.WorkerInitRequest;
import dev.rapid.azure.protocol.WorkerStatusResponse;
import dev.rapid.azure.protocol.WorkerTerminate;
import dev.rapid.azure.protocol.WorkerWarmupRequest;
import dev.rapid.azure.protocol.WorkerWarmupResponse;
import io.grpc.DecompressorRegistry;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A worker that announces nothing, answers all that it must, does what its payloads say ({@link
 * Commands}), and exits with 101 at a message that it did not announce. What a test wants otherwise
 * is a subclass, whose name is the program's first argument.
 */
public class FakeWorker {

  /** The exit status at a message that was not announced. */
  public static final int UNANNOUNCED = 101;

  private final Map<String, RpcFunctionMetadata> loaded = new ConcurrentHashMap<>();
  private final AtomicInteger compressedMessages = new AtomicInteger();
  private volatile Map<String, String> environment = System.getenv();

  @SuppressWarnings("NullAway.Init") // run sets them first
  private Trace trace;

  @SuppressWarnings("NullAway.Init")
  private List<String> words;

  @SuppressWarnings("NullAway.Init")
  private volatile HostStream host;

  /**
   * Runs a worker until it or its stream ends.
   *
   * @param args the class, the directory of traces, and what the host adds
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    var constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    FakeWorker worker = (FakeWorker) constructor.newInstance();
    worker.run(Path.of(args[1]), List.of(args).subList(2, args.length));
  }

  private void run(Path traces, List<String> hostWords) {
    words = hostWords;
    trace = Trace.begin(traces, words);
    prepare();
    host = open(this::received);
    start();
    streamEnded(host.awaitEnd());
  }

  // ------------------------------------------------- what tests do otherwise

  /** Runs before the first connection. */
  protected void prepare() {}

  /** Returns what the worker announces. */
  protected Map<String, String> capabilities() {
    return Map.of();
  }

  /** Returns the functions that a worker which indexes has found; null for one that does not. */
  protected @org.jspecify.annotations.Nullable List<RpcFunctionMetadata> functions() {
    return null;
  }

  /** Returns which service the worker calls. */
  protected String service() {
    return HostStream.SERVICE;
  }

  /** Returns what it can decompress. The strictest real worker can do gzip and nothing else. */
  protected DecompressorRegistry decompressors() {
    return HostStream.onlyGzip(compressedMessages);
  }

  /** Returns the port that the worker connects to. */
  protected int connectTo(int port) {
    return port;
  }

  /** Sends the first message. */
  protected void start() {
    send(Messages.startStream(arguments().workerId()).setRequestId(arguments().requestId()));
  }

  protected void init(WorkerInitRequest request) {
    send(Messages.initResponse(Messages.SUCCESS, capabilities()));
  }

  protected void metadata(FunctionsMetadataRequest request) {
    List<RpcFunctionMetadata> functions = functions();
    if (functions == null) {
      unannounced("FUNCTIONS_METADATA_REQUEST");
    } else {
      send(
          StreamingMessage.newBuilder()
              .setFunctionMetadataResponse(
                  FunctionMetadataResponse.newBuilder()
                      .setResult(Messages.SUCCESS)
                      .addAllFunctionMetadataResults(functions)));
    }
  }

  protected void load(FunctionLoadRequest request) {
    send(Messages.loadResponse(request.getFunctionId(), Messages.SUCCESS));
  }

  protected void loadAll(FunctionLoadRequestCollection request) {
    require("SupportsLoadResponseCollection");
    FunctionLoadResponseCollection.Builder responses = FunctionLoadResponseCollection.newBuilder();
    request
        .getFunctionLoadRequestsList()
        .forEach(load ->
            responses.addFunctionLoadResponses(
                Messages.loaded(load.getFunctionId(), Messages.SUCCESS)));
    send(StreamingMessage.newBuilder().setFunctionLoadResponseCollection(responses));
  }

  /** Runs in a thread of its own. */
  protected void invocation(InvocationRequest request) throws Exception {
    new Commands(this).run(request);
  }

  protected void cancel(InvocationCancel request) {
    require("HandlesInvocationCancelMessage");
    send(Messages.response(request.getInvocationId(), Messages.cancelled("cancelled")));
  }

  protected void status(String requestId) {
    require("WorkerStatus");
    send(
        StreamingMessage.newBuilder()
            .setRequestId(requestId)
            .setWorkerStatusResponse(WorkerStatusResponse.getDefaultInstance()));
  }

  protected void warmup(WorkerWarmupRequest request) {
    require("HandlesWorkerWarmupMessage");
    send(
        StreamingMessage.newBuilder()
            .setWorkerWarmupResponse(
                WorkerWarmupResponse.newBuilder().setResult(Messages.SUCCESS)));
  }

  protected void terminate(WorkerTerminate request) {
    require("HandlesWorkerTerminateMessage");
    exit(0);
  }

  protected void reload(FunctionEnvironmentReloadRequest request) {
    environment = request.getEnvironmentVariablesMap();
    send(
        StreamingMessage.newBuilder()
            .setFunctionEnvironmentReloadResponse(
                FunctionEnvironmentReloadResponse.newBuilder()
                    .setResult(Messages.SUCCESS)
                    .putAllCapabilities(capabilities())));
  }

  protected void streamEnded(Status status) {
    exit(0);
  }

  // ---------------------------------------------------------- what tests use

  public final WorkerArguments arguments() {
    return WorkerArguments.parse(words);
  }

  /** Returns the environment as the last reload left it. */
  public final Map<String, String> environment() {
    return environment;
  }

  public final HostStream host() {
    return host;
  }

  public final void send(StreamingMessage.Builder message) {
    host.send(message);
  }

  /** Leaves a line to the test. */
  public final void note(String line) {
    trace.note(line);
  }

  /** Opens another stream; the worker's own is there already. */
  public final HostStream open(java.util.function.Consumer<StreamingMessage> received) {
    return HostStream.open(connectTo(arguments().port()), service(), decompressors(), received);
  }

  /** Returns how many messages of the host were compressed. */
  public final int compressedMessages() {
    return compressedMessages.get();
  }

  /** Returns what was loaded under an id; empty for nothing. */
  public final RpcFunctionMetadata loaded(String functionId) {
    return loaded.getOrDefault(functionId, RpcFunctionMetadata.getDefaultInstance());
  }

  /** Ends this process at once. */
  public static void exit(int status) {
    Runtime.getRuntime().halt(status);
  }

  /** Sends a signal to this process. */
  public static void signal(String name) {
    signal(name, ProcessHandle.current().pid());
  }

  static void signal(String name, long pid) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).inheritIO().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes this process outlive SIGTERM. */
  public static void ignoreSigterm() {
    Runtime.getRuntime().addShutdownHook(new Thread(FakeWorker::sleepForever));
  }

  /** Never returns. */
  public static void sleepForever() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException goOn) {
        // For ever.
      }
    }
  }

  // ------------------------------------------------------------------- rest

  private void require(String capability) {
    if (capabilities().getOrDefault(capability, "").isEmpty()) {
      unannounced(capability);
    }
  }

  private void unannounced(String what) {
    note("unannounced " + what);
    System.err.println("error: the host sent what was not announced: " + what);
    exit(UNANNOUNCED);
  }

  private void received(StreamingMessage message) {
    trace.message(message);
    switch (message.getContentCase()) {
      case WORKER_INIT_REQUEST -> init(message.getWorkerInitRequest());
      case FUNCTIONS_METADATA_REQUEST -> metadata(message.getFunctionsMetadataRequest());
      case FUNCTION_LOAD_REQUEST -> {
        FunctionLoadRequest request = message.getFunctionLoadRequest();
        loaded.put(request.getFunctionId(), request.getMetadata());
        load(request);
      }
      case FUNCTION_LOAD_REQUEST_COLLECTION -> {
        FunctionLoadRequestCollection requests = message.getFunctionLoadRequestCollection();
        requests
            .getFunctionLoadRequestsList()
            .forEach(request -> loaded.put(request.getFunctionId(), request.getMetadata()));
        loadAll(requests);
      }
      case INVOCATION_REQUEST -> {
        InvocationRequest request = message.getInvocationRequest();
        Thread.ofVirtual().start(() -> invoke(request));
      }
      case INVOCATION_CANCEL -> cancel(message.getInvocationCancel());
      case WORKER_STATUS_REQUEST -> status(message.getRequestId());
      case WORKER_WARMUP_REQUEST -> warmup(message.getWorkerWarmupRequest());
      case WORKER_TERMINATE -> terminate(message.getWorkerTerminate());
      case FUNCTION_ENVIRONMENT_RELOAD_REQUEST ->
          reload(message.getFunctionEnvironmentReloadRequest());
      default -> unannounced(message.getContentCase().name());
    }
  }

  private void invoke(InvocationRequest request) {
    try {
      invocation(request);
    } catch (Exception e) {
      e.printStackTrace();
      exit(70);
    }
  }
}
