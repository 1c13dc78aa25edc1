package dev.rapid.emulator;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.fleet.FleetConfig;
import org.jspecify.annotations.Nullable;

/** Makes further pools of a function. */
@FunctionalInterface
interface PoolMaker {

  /**
   * Returns a pool whose sandboxes are cold.
   *
   * @param events receives the lifecycle events of its sandboxes too, null if nothing does
   */
  FunctionPool make(ConfiguredFunction function, FleetConfig limits, @Nullable EventsApi events);
}
