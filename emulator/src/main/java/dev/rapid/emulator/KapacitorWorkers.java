package dev.rapid.emulator;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.kapacitor.AgentSetup;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorWorker;
import dev.rapid.kapacitor.LateAgentHost;
import dev.rapid.kapacitor.SavedState;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The agents of Kapacitor of all functions. Without one of them, nothing of the protocol is loaded.
 * Thread-safe.
 */
final class KapacitorWorkers {

  private final Timers timers;
  private final NanoClock clock;
  private final WallClock wallClock;

  // Both guarded by this. The states are by the names of their functions.
  private @Nullable LateAgentHost host;
  private @Nullable Map<String, SavedState> states;

  KapacitorWorkers(Timers timers, NanoClock clock, WallClock wallClock) {
    this.timers = timers;
    this.clock = clock;
    this.wallClock = wallClock;
  }

  /**
   * Returns the protocol of a new sandbox.
   *
   * @param settings how the agent of the function is spoken with
   * @param parts closes what it uses
   */
  WorkerProtocol protocol(
      ConfiguredFunction function, KapacitorSettings settings, Lifecycle parts) {
    String name = function.settings().name();
    KapacitorWorker worker =
        new KapacitorWorker(
            host(), new AgentSetup(name, settings, state(name), function.startsFromSnapshot()));
    return new KapacitorProtocol(function, parts.add(worker));
  }

  private synchronized LateAgentHost host() {
    LateAgentHost shared = host;
    if (shared == null) {
      shared = new LateAgentHost(timers, clock, wallClock);
      host = shared;
    }
    return shared;
  }

  private synchronized SavedState state(String function) {
    Map<String, SavedState> known = states;
    if (known == null) {
      known = new HashMap<>();
      states = known;
    }
    return known.computeIfAbsent(function, name -> new SavedState());
  }
}
