package dev.rapid.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.RuntimeVersion;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.time.WallClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log for {@code GET /test/eventLog}: lifecycle events of the sandbox and the lines of its
 * processes (contract lifecycle-and-control, sections 7.2 and 7.3).
 *
 * <p>It keeps the newest 10,000 entries, at most 16 MiB. Reading does not clear it. Thread-safe.
 */
public final class EventLog implements EventsApi {

  /** The most entries that are kept. */
  static final int MAX_ENTRIES = 10_000;

  /** The most bytes of JSON that are kept. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  /**
   * The largest piece of output that makes one entry (contract lifecycle-and-control, section 7.3).
   */
  static final int MAX_CHUNK_BYTES = 32 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");

  private static final DateTimeFormatter SPAN_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Supplier<FunctionDescription> function;
  private final Supplier<InitializationType> initialization;
  private final WallClock clock;
  private final ZoneId zone;

  private final Queue<byte[]> entries = new ArrayDeque<>();
  private long bytes;
  private long restores;

  /**
   * Creates an empty log.
   *
   * @param function the function as it is configured now
   * @param initialization why the sandbox is initialised
   * @param zone the time zone of times in the log
   */
  public EventLog(
      Supplier<FunctionDescription> function,
      Supplier<InitializationType> initialization,
      WallClock clock,
      ZoneId zone) {
    this.function = function;
    this.initialization = initialization;
    this.clock = clock;
    this.zone = zone;
  }

  // ------------------------------------------------------------------ reading

  /** Returns the body of the answer; {@code {}} if the log is empty. */
  synchronized byte[] toJson() {
    if (entries.isEmpty()) {
      return ControlJson.bytes(ControlJson.object());
    }
    ByteArrayOutputStream json = new ByteArrayOutputStream((int) bytes + entries.size() + 16);
    json.writeBytes("{\"events\":".getBytes(StandardCharsets.UTF_8));
    char separator = '[';
    for (byte[] entry : entries) {
      json.write(separator);
      json.writeBytes(entry);
      separator = ',';
    }
    json.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
    return json.toByteArray();
  }

  // ------------------------------------------------------------------ what it must know

  /** Returns the number of ends of a restore that were logged. */
  synchronized long restores() {
    return restores;
  }

  // ------------------------------------------------------------------ lifecycle events

  @Override
  public synchronized void emit(LifecycleEvent event) {
    switch (event) {
      case LifecycleEvent.InitStart(var phase) -> add("platform.initStart", initStart(phase));
      case LifecycleEvent.InitRuntimeDone(var phase, var status, var errorType) -> {
        ObjectNode json = ControlJson.object();
        putErrorType(json, status, errorType);
        json.put("initializationType", initializationType());
        json.put("phase", phase.wireName());
        json.put("status", status.wireName());
        add("platform.initRuntimeDone", json);
      }
      case LifecycleEvent.ExtensionInit(var name, var state, var events, var errorType) -> {
        ObjectNode json = ControlJson.object();
        if (errorType != null && !errorType.isEmpty()) {
          json.put("errorType", errorType);
        }
        ArrayNode wanted = json.putArray("events");
        events.forEach(wanted::add);
        json.put("name", name);
        json.put("state", state);
        add("platform.extension", json);
      }
      case LifecycleEvent.InitReport report -> {
        ObjectNode json = ControlJson.object();
        json.put("initializationType", initializationType());
        json.putObject("metrics").set("durationMs", ControlJson.millis(report.durationNanos()));
        json.put("phase", report.phase().wireName());
        add("platform.initReport", json);
      }
      case LifecycleEvent.Start(var invocation) -> {
        ObjectNode json = ControlJson.object();
        json.put("requestId", invocation.requestId());
        Tracing.putIntoStart(json, invocation.traceId());
        json.put("version", invocation.executedVersion());
        add("platform.start", json);
      }
      case LifecycleEvent.RuntimeDone done -> add("platform.runtimeDone", runtimeDone(done));
      case LifecycleEvent.RestoreRuntimeDone(var status, var errorType) ->
          restored(status == Status.SUCCESS ? null : errorOfRestore(errorType));
      // The contract has no record of these in this log.
      case LifecycleEvent.Subscription e -> {}
      case LifecycleEvent.ImageErrorLog e -> {}
      case LifecycleEvent.End e -> {}
      case LifecycleEvent.RestoreStart e -> {}
      case LifecycleEvent.RestoreReport e -> {}
      case LifecycleEvent.IdleExit e -> {}
      case LifecycleEvent.ErrorDetails e -> {}
      case LifecycleEvent.Fault e -> {}
      case LifecycleEvent.Report e -> {}
    }
  }

  /**
   * A restore has ended.
   *
   * @param errorType null on success
   */
  synchronized void restored(@Nullable String errorType) {
    restores++;
    ObjectNode json = ControlJson.object();
    if (errorType != null) {
      json.put("errorType", errorType);
    }
    json.put("status", (errorType == null ? Status.SUCCESS : Status.ERROR).wireName());
    add("platform.restoreRuntimeDone", json);
  }

  /**
   * The log leaves out what a hook reported; it only says that a process ended (contract
   * lifecycle-and-control, section 4.8).
   */
  private static String errorOfRestore(@Nullable String errorType) {
    boolean exited =
        ErrorType.RUNTIME_EXIT_ERROR.wireName().equals(errorType)
            || ErrorType.EXTENSION_CRASH.wireName().equals(errorType)
            || ErrorType.EXTENSION_EXIT_ERROR.wireName().equals(errorType);
    return exited && errorType != null ? errorType : ErrorType.RUNTIME_UNKNOWN.wireName();
  }

  private ObjectNode initStart(InitPhase phase) {
    FunctionDescription described = function.get();
    RuntimeVersion runtime = described.runtime();
    ObjectNode json = ControlJson.object();
    json.put("functionArn", "");
    json.put("functionName", described.identity().name());
    json.put("functionVersion", described.identity().version());
    json.put("initializationType", initializationType());
    json.put("instanceId", "");
    json.put("instanceMaxMemory", 0);
    json.put("phase", phase.wireName());
    json.put("runtimeArn", runtime.arn());
    json.put("runtimeVersion", runtime.version());
    json.put("runtimeVersionArn", runtime.arn());
    return json;
  }

  private String initializationType() {
    return initialization.get().wireName();
  }

  private ObjectNode runtimeDone(LifecycleEvent.RuntimeDone done) {
    Invocation invocation = done.invocation();
    String tenant = invocation.tenantId();
    ObjectNode json = ControlJson.object();
    putErrorType(json, done.status(), done.errorType());
    json.set(
        "internalMetrics",
        invocation.sink() instanceof MeasuredResponse measured ? measured.responseMetrics() : null);
    ObjectNode metrics = json.putObject("metrics");
    metrics.put("producedBytes", done.producedBytes());
    metrics.set("durationMs", ControlJson.millis(done.durationNanos()));
    json.put("requestId", invocation.requestId());
    putSpans(json.putArray("spans"), done.spans());
    json.put("status", done.status().wireName());
    json.put("tenantId", tenant == null ? "" : tenant);
    Tracing.putIntoRuntimeDone(json, invocation.traceId());
    return json;
  }

  private void putSpans(ArrayNode json, List<Span> spans) {
    long now = clock.epochMillis();
    for (Span span : spans) {
      long start = now - TimeUnit.NANOSECONDS.toMillis(span.startedBeforeNanos());
      json.addObject()
          .put("name", span.name().wireName())
          .put("start", SPAN_TIME.format(Instant.ofEpochMilli(start)))
          .set("durationMs", ControlJson.millis(span.durationNanos()));
    }
  }

  private static void putErrorType(ObjectNode json, Status status, @Nullable String errorType) {
    if ((status == Status.ERROR || status == Status.FAILURE) && errorType != null) {
      json.put("errorType", errorType);
    }
  }

  private void add(String type, ObjectNode platformEvent) {
    ObjectNode entry = entry(type);
    entry.set("platformEvent", platformEvent);
    append(entry);
  }

  private ObjectNode entry(String type) {
    return entry(type, clock.epochMillis());
  }

  private ObjectNode entry(String type, long epochMillis) {
    ObjectNode entry = ControlJson.object();
    entry.put("time", TIME.format(Instant.ofEpochMilli(epochMillis).atZone(zone)));
    entry.put("type", type);
    return entry;
  }

  private void append(ObjectNode entry) {
    byte[] json = ControlJson.bytes(entry);
    entries.add(json);
    bytes += json.length;
    while (entries.size() > MAX_ENTRIES || bytes > MAX_BYTES) {
      bytes -= entries.remove().length;
    }
  }

  // ------------------------------------------------------------------ output

  /** Returns the receiver of the output of runtimes; one serves any number of them. */
  public OutputListener functionOutput() {
    return new Lines("function");
  }

  /** Returns the receiver of the output of extensions; one serves any number of them. */
  public OutputListener extensionOutput() {
    return new Lines("extension");
  }

  /**
   * Adds one entry for each line of a chunk, and for each message. A line in two chunks makes two
   * entries (contract lifecycle-and-control, section 7.3).
   */
  private final class Lines implements OutputListener {

    private final String type;

    Lines(String type) {
      this.type = type;
    }

    @Override
    public void output(byte[] chunk, int offset, int length) {
      synchronized (EventLog.this) {
        int end = offset + length;
        int start = offset;
        while (start < end) {
          int last = Math.min(end, start + MAX_CHUNK_BYTES);
          int feed = start;
          while (feed < last && chunk[feed] != '\n') {
            feed++;
          }
          boolean carriageReturn = feed > start && chunk[feed - 1] == '\r';
          int lineEnd = carriageReturn ? feed - 1 : feed;
          line(
              new String(chunk, start, lineEnd - start, StandardCharsets.UTF_8),
              clock.epochMillis());
          start = feed < last ? feed + 1 : feed;
        }
      }
    }

    /** Adds one entry for a message, without the newline at its end. */
    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      boolean newline = length > 0 && bytes[offset + length - 1] == '\n';
      String text =
          new String(bytes, offset, newline ? length - 1 : length, StandardCharsets.UTF_8);
      synchronized (EventLog.this) {
        line(
            text,
            epochMicros == NO_TIME
                ? clock.epochMillis()
                : TimeUnit.MICROSECONDS.toMillis(epochMicros));
      }
    }

    private void line(String text, long epochMillis) {
      ObjectNode entry = entry(type, epochMillis);
      if (!text.isEmpty()) {
        entry.put("logMessage", text);
      }
      append(entry);
    }

    @Override
    public void ended() {}
  }
}
