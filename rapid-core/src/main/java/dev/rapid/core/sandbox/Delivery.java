package dev.rapid.core.sandbox;

import java.util.List;

/**
 * How an event was last given to the runtime (contract runtime-extensions-telemetry, section 1.2).
 *
 * @param call the poll that was answered with it
 * @param repeated whether an earlier poll was answered with the event too
 * @param bystanders the polls that waited beside it: other workers of the same runtime
 * @param connectionClosed whether the connection of {@code call} was closed since
 */
public record Delivery(
    NextCall call, boolean repeated, List<NextCall> bystanders, boolean connectionClosed) {

  /** Returns what is known once the connection was closed. */
  Delivery withConnectionClosed() {
    return new Delivery(call, repeated, bystanders, true);
  }
}
