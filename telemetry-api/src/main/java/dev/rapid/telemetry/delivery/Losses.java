package dev.rapid.telemetry.delivery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The losses that a subscriber has not been told of. What was told and did not arrive comes back
 * and is told with the next loss: a subscriber that refuses everything is not told of that for ever
 * (contract runtime-extensions-telemetry, section 4.4).
 */
final class Losses {

  private final Map<String, Loss> untold = new LinkedHashMap<>();
  private boolean due;

  /** Adds a loss of records that told of something else than losses. */
  void add(Loss loss) {
    if (loss.records() > 0) {
      untold.merge(loss.reason(), loss, Loss::plus);
      due = true;
    }
  }

  /** Takes back losses that were told in vain. */
  void takeBack(List<Loss> told) {
    told.forEach(loss -> untold.merge(loss.reason(), loss, Loss::plus));
  }

  /** Returns whether the subscriber is to be told. */
  boolean due() {
    return due;
  }

  /** Returns all losses, for each reason one; they count as told. */
  List<Loss> tell() {
    List<Loss> told = List.copyOf(untold.values());
    untold.clear();
    due = false;
    return told;
  }
}
