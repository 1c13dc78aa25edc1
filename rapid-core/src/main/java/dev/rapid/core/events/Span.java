package dev.rapid.core.events;

/**
 * A part of an invocation (contract runtime-extensions-telemetry, section 4.5).
 *
 * @param startedBeforeNanos how long before the event that carries it the span began
 * @param durationNanos how long it took
 */
public record Span(Name name, long startedBeforeNanos, long durationNanos) {

  /** What the time was spent on. */
  public enum Name {
    /** From the moment at which the runtime could have the event to its response's first byte. */
    RESPONSE_LATENCY("responseLatency"),
    /** From the first byte of the response to its end. */
    RESPONSE_DURATION("responseDuration"),
    /** From the end of the response to the next poll of the runtime. */
    RUNTIME_OVERHEAD("runtimeOverhead"),
    /** From the end of the runtime's work to the end of that of all extensions. */
    EXTENSION_OVERHEAD("extensionOverhead");

    private final String wireName;

    Name(String wireName) {
      this.wireName = wireName;
    }

    /** Returns the name that telemetry uses. */
    public String wireName() {
      return wireName;
    }
  }
}
