package dev.rapid.core.sandbox;

import dev.rapid.core.events.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When what happened to an invocation (contract lifecycle-and-control, section 7.4). Moments are
 * readings of the nano clock, null for what has not happened.
 *
 * @param startedNanos when it began; an init inside of it counts
 * @param releasedNanos when the runtime could have the event
 * @param responseBeganNanos when the first byte of a response came; a reported error is none
 * @param responseEndedNanos when the response was complete
 * @param producedBytes how long the response was
 * @param runtimeDoneNanos when the runtime was done, as telemetry has it
 */
public record Timeline(
    long startedNanos,
    @Nullable Long releasedNanos,
    @Nullable Long responseBeganNanos,
    @Nullable Long responseEndedNanos,
    long producedBytes,
    @Nullable Long runtimeDoneNanos) {

  static Timeline begun(long startedNanos) {
    return new Timeline(startedNanos, null, null, null, 0, null);
  }

  Timeline released(long now) {
    return new Timeline(startedNanos, now, null, null, 0, null);
  }

  Timeline responseBegan(long now) {
    return new Timeline(startedNanos, releasedNanos, now, null, 0, null);
  }

  Timeline responseEnded(long now, long bytes) {
    return new Timeline(
        startedNanos, releasedNanos, responseBeganNanos, now, bytes, runtimeDoneNanos);
  }

  Timeline runtimeDone(long now) {
    return new Timeline(
        startedNanos, releasedNanos, responseBeganNanos, responseEndedNanos, producedBytes, now);
  }

  /** Returns whether the runtime sends a response, and not an error. */
  boolean isResponse() {
    return responseBeganNanos != null;
  }

  boolean isRuntimeDone() {
    return runtimeDoneNanos != null;
  }

  /** Returns how long the runtime has worked, 0 if it could not. */
  long runtimeNanos(long now) {
    return releasedNanos == null ? 0 : now - releasedNanos;
  }

  /**
   * Returns what the runtime's time was spent on; nothing if it has not responded.
   *
   * @param polled whether it asked for its next event just now
   */
  List<Span> runtimeSpans(long now, boolean polled) {
    if (responseBeganNanos == null || releasedNanos == null) {
      return List.of();
    }
    List<Span> spans = new ArrayList<>(3);
    spans.add(span(Span.Name.RESPONSE_LATENCY, releasedNanos, responseBeganNanos, now));
    if (responseEndedNanos != null) {
      spans.add(span(Span.Name.RESPONSE_DURATION, responseBeganNanos, responseEndedNanos, now));
      if (polled) {
        spans.add(span(Span.Name.RUNTIME_OVERHEAD, responseEndedNanos, now, now));
      }
    }
    return spans;
  }

  /** Returns how long the extensions worked after the runtime. */
  Span extensionSpan(long now) {
    return span(
        Span.Name.EXTENSION_OVERHEAD, runtimeDoneNanos == null ? now : runtimeDoneNanos, now, now);
  }

  private static Span span(Span.Name name, long from, long to, long now) {
    return new Span(name, now - from, to - from);
  }
}
