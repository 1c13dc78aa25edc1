package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.json.AgentOutput.Counts;
import java.time.Duration;
import java.util.List;

/**
 * How an invocation went (contract kapacitor-udf, section 10.2).
 *
 * @param sent how much data the agent got; the points of batches count, too
 * @param completion how its end was found
 * @param rounds how many answers to questions for its life were waited for
 * @param elapsed from the first byte for the agent to the end
 * @param warnings what the caller should know, a sentence each
 */
public record ResponseMeta(
    Counts sent, Completion completion, int rounds, Duration elapsed, List<String> warnings) {

  /** Copies the list. */
  public ResponseMeta {
    warnings = List.copyOf(warnings);
  }
}
