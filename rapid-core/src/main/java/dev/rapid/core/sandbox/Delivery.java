package dev.rapid.core.sandbox;

import dev.rapid.core.worker.WorkerSlot;
import java.util.List;

/**
 * How an event was last given to the runtime (contract runtime-extensions-telemetry, section 1.2).
 *
 * @param slot the slot that was answered with it
 * @param repeated whether an earlier slot was answered with it too
 * @param bystanders the slots that were free beside it, of other workers of the same runtime
 * @param connectionClosed whether the connection of {@code slot} is gone since
 */
public record Delivery(
    WorkerSlot slot, boolean repeated, List<WorkerSlot> bystanders, boolean connectionClosed) {

  /** Returns what is known once the connection was closed. */
  Delivery withConnectionClosed() {
    return new Delivery(slot, repeated, bystanders, true);
  }
}
