package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.protocol.Request;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event that was checked completely (contract kapacitor-udf, section 10.1).
 *
 * @param frames what the agent gets, in order
 * @param points how many points are among them, in batches and outside
 * @param batches how many batches are among them
 * @param completion when the invocation is complete, null if the settings decide
 * @param expected what {@link Completion#COUNT} waits for, null if the event does not say
 */
public record UdfEvent(
    List<Request> frames,
    int points,
    int batches,
    @Nullable Completion completion,
    @Nullable Expected expected) {

  /**
   * How much an agent will answer.
   *
   * @param points how many points, in batches and outside; null if that is open
   * @param batches how many closed batches, null if that is open
   * @param timeout how long it may take, null for the function's timeout
   */
  public record Expected(
      @Nullable Integer points, @Nullable Integer batches, @Nullable Duration timeout) {

    /** Returns whether as much has come. */
    public boolean isMet(int receivedPoints, int receivedBatches) {
      return (points == null || receivedPoints >= points)
          && (batches == null || receivedBatches >= batches);
    }
  }

  /**
   * Returns when the invocation is complete.
   *
   * @param setting what holds if the event does not say it
   * @throws InvalidEventException if it is complete by a count that the event does not have
   */
  public Completion completionOr(Completion setting) throws InvalidEventException {
    Completion chosen = completion == null ? setting : completion;
    if (chosen == Completion.COUNT && expected == null) {
      throw new InvalidEventException(
          "The event lacks \"expect\", which the completion \"count\" needs: for example"
              + " {\"expect\": {\"points\": 1}}");
    }
    return chosen;
  }
}
