package dev.rapid.telemetry.delivery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The losses that were not reported to a subscriber yet. An undelivered loss report is merged into
 * the next one: a subscriber that refuses everything does not get reports about its refused reports
 * (contract runtime-extensions-telemetry, section 4.4).
 */
final class Losses {

  private final Map<String, Loss> untold = new LinkedHashMap<>();
  private boolean due;

  /** Adds a loss of records that were not loss reports themselves. */
  void add(Loss loss) {
    if (loss.records() > 0) {
      untold.merge(loss.reason(), loss, Loss::plus);
      due = true;
    }
  }

  /** Adds the losses of a report that was not delivered. */
  void takeBack(List<Loss> told) {
    told.forEach(loss -> untold.merge(loss.reason(), loss, Loss::plus));
  }

  /** Returns whether a report is due. */
  boolean due() {
    return due;
  }

  /** Returns all losses, one for each reason, and counts them as reported. */
  List<Loss> tell() {
    List<Loss> told = List.copyOf(untold.values());
    untold.clear();
    due = false;
    return told;
  }
}
