package dev.rapid.telemetry.metrics;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.Span;
import dev.rapid.core.events.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The meters, by Micrometer's naming: {@code rapid.invocations} becomes {@code
 * rapid_invocations_seconds} for Prometheus. Times are in seconds, sizes in bytes.
 */
public final class Meters {

  /** How many error types have a counter of their own; the others share one. */
  static final int MAX_ERROR_TYPES = 50;

  /** How many metrics of functions have a summary of their own; the others share one. */
  static final int MAX_METRICS = 50;

  /** The label of every meter of a function: its name. */
  public static final String FUNCTION = "function";

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60),
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ShownNames errorTypes = new ShownNames(MAX_ERROR_TYPES);
  private final ShownNames metrics = new ShownNames(MAX_METRICS);

  /** A meter by its name and tags; the registry's own lookup costs more than a measurement. */
  private record Series(String name, List<String> tags) {}

  private final Map<Series, Timer> timers = new ConcurrentHashMap<>();
  private final Map<Series, DistributionSummary> sizes = new ConcurrentHashMap<>();

  /** Keeps the gauges' sources alive: the registry has only weak references to them. */
  private final List<LongSupplier> counts = new ArrayList<>();

  Meters() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /**
   * Adds a counter whose value the caller maintains.
   *
   * @param tags names and values in turn
   */
  public void counter(String name, String description, LongSupplier count, String... tags) {
    counts.add(count);
    FunctionCounter.builder(name, count, each -> (double) each.getAsLong())
        .description(description)
        .tags(tags)
        .register(registry);
  }

  /**
   * Adds a timer whose values the caller maintains.
   *
   * @param count how many times were measured
   * @param nanos their sum
   */
  public void timer(String name, String description, LongSupplier count, LongSupplier nanos) {
    counts.add(count);
    FunctionTimer.builder(
            name,
            count,
            LongSupplier::getAsLong,
            unused -> (double) nanos.getAsLong(),
            TimeUnit.NANOSECONDS)
        .description(description)
        .register(registry);
  }

  /**
   * Adds a gauge.
   *
   * @param tags names and values in turn
   */
  public void gauge(String name, String description, LongSupplier value, String... tags) {
    Gauge.builder(name, value::getAsLong).description(description).tags(tags).register(registry);
  }

  void invocation(String function, Status status, long nanos, List<Span> spans) {
    timer(
            "rapid.invocations",
            "Invocations, extensions included",
            FUNCTION,
            function,
            "status",
            status.wireName())
        .record(nanos, TimeUnit.NANOSECONDS);
    spans(function, spans);
  }

  void init(String function, InitPhase phase, Status status, long nanos) {
    timer(
            "rapid.init",
            "Initialisations, extensions included",
            FUNCTION,
            function,
            "phase",
            phase.wireName(),
            "status",
            status.wireName())
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void restore(String function, Status status, long nanos) {
    timer(
            "rapid.restore",
            "Restores of a snapshot",
            FUNCTION,
            function,
            "status",
            status.wireName())
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void request(String function, long bytes) {
    size(function, "rapid.request.size", "Events for the function").record((double) bytes);
  }

  void response(String function, long bytes) {
    size(function, "rapid.response.size", "Responses of the function").record((double) bytes);
  }

  void spans(String function, List<Span> spans) {
    spans.forEach(span -> span(function, span));
  }

  private void span(String function, Span span) {
    Timer timer =
        switch (span.name()) {
          case RESPONSE_LATENCY ->
              timer(
                  "rapid.response.latency",
                  "Until the first byte of the response",
                  FUNCTION,
                  function);
          case RESPONSE_DURATION ->
              timer(
                  "rapid.response.duration",
                  "From the response's first byte to its last",
                  FUNCTION,
                  function);
          case RUNTIME_OVERHEAD ->
              timer(
                  "rapid.runtime.overhead",
                  "From the response to the runtime's next poll",
                  FUNCTION,
                  function);
          case EXTENSION_OVERHEAD ->
              timer(
                  "rapid.extension.overhead",
                  "From the runtime's end to the extensions'",
                  FUNCTION,
                  function);
        };
    timer.record(span.durationNanos(), TimeUnit.NANOSECONDS);
  }

  void measured(String function, String name, double value) {
    String shown = metrics.of(name);
    sizes
        .computeIfAbsent(
            new Series("rapid.function.metric", List.of(function, shown)),
            fresh ->
                DistributionSummary.builder("rapid.function.metric")
                    .description("Values that the function measured, by the name of the metric")
                    .tags(FUNCTION, function, "name", shown)
                    .register(registry))
        .record(value);
  }

  void error(String function, String type) {
    Counter.builder("rapid.errors")
        .description("Failed invocations, inits and restores by what failed")
        .tag(FUNCTION, function)
        .tag("type", errorTypes.of(type))
        .register(registry)
        .increment();
  }

  private Timer timer(String name, String description, String... tags) {
    return timers.computeIfAbsent(
        new Series(name, List.of(tags)),
        fresh ->
            Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
  }

  private DistributionSummary size(String function, String name, String description) {
    return sizes.computeIfAbsent(
        new Series(name, List.of(function)),
        fresh ->
            DistributionSummary.builder(name)
                .description(description)
                .tag(FUNCTION, function)
                .baseUnit("bytes")
                .register(registry));
  }

  String scrape() {
    return registry.scrape();
  }

  /** The first names that come, and one name for all others. */
  private static final class ShownNames {

    private final int most;

    /** Guarded by itself. */
    private final Set<String> shown = new HashSet<>();

    ShownNames(int most) {
      this.most = most;
    }

    String of(String name) {
      synchronized (shown) {
        if (shown.size() < most) {
          shown.add(name);
        }
        return shown.contains(name) ? name : "other";
      }
    }
  }
}
