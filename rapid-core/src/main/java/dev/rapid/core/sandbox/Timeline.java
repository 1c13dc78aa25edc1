package dev.rapid.core.sandbox;

import dev.rapid.core.events.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * When what happened to an invocation (contract lifecycle-and-control, section 7.4). Moments are
 * readings of the nano clock, {@link #NOT_YET} for what has not happened.
 *
 * @param startedNanos when it began; an init inside of it counts
 * @param releasedNanos when the runtime could have the event
 * @param responseBeganNanos when the first byte of a response came; a reported error is none
 * @param responseEndedNanos when the response was complete
 * @param producedBytes how long the response was
 * @param runtimeDoneNanos when the runtime was done, which telemetry was told of
 */
public record Timeline(
    long startedNanos,
    long releasedNanos,
    long responseBeganNanos,
    long responseEndedNanos,
    long producedBytes,
    long runtimeDoneNanos) {

  /** Stands for the moment of what has not happened. */
  public static final long NOT_YET = Long.MAX_VALUE;

  static Timeline begun(long startedNanos) {
    return new Timeline(startedNanos, NOT_YET, NOT_YET, NOT_YET, 0, NOT_YET);
  }

  Timeline released(long now) {
    return new Timeline(startedNanos, now, NOT_YET, NOT_YET, 0, NOT_YET);
  }

  Timeline responseBegan(long now) {
    return new Timeline(startedNanos, releasedNanos, now, NOT_YET, 0, NOT_YET);
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
    return responseBeganNanos != NOT_YET;
  }

  boolean isRuntimeDone() {
    return runtimeDoneNanos != NOT_YET;
  }

  /** Returns how long the runtime has worked, 0 if it could not. */
  long runtimeNanos(long now) {
    return releasedNanos == NOT_YET ? 0 : now - releasedNanos;
  }

  /**
   * Returns what the runtime's time was spent on; nothing if it has not responded.
   *
   * @param polled whether it asked for its next event just now
   */
  List<Span> runtimeSpans(long now, boolean polled) {
    if (responseBeganNanos == NOT_YET || releasedNanos == NOT_YET) {
      return List.of();
    }
    List<Span> spans = new ArrayList<>(3);
    spans.add(span(Span.Name.RESPONSE_LATENCY, releasedNanos, responseBeganNanos, now));
    if (responseEndedNanos != NOT_YET) {
      spans.add(span(Span.Name.RESPONSE_DURATION, responseBeganNanos, responseEndedNanos, now));
      if (polled) {
        spans.add(span(Span.Name.RUNTIME_OVERHEAD, responseEndedNanos, now, now));
      }
    }
    return spans;
  }

  /** Returns how long the extensions worked after the runtime. */
  Span extensionSpan(long now) {
    return span(Span.Name.EXTENSION_OVERHEAD, Math.min(runtimeDoneNanos, now), now, now);
  }

  private static Span span(Span.Name name, long from, long to, long now) {
    return new Span(name, now - from, to - from);
  }
}
