package dev.rapid.emulator.udf;

import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.kapacitor.UdfSandbox;
import dev.rapid.kapacitor.UdfSandboxes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of the uses of one function. A use has none before its init, so that a host that
 * only asks what the function is costs nothing; and there are at most as many as the function may
 * have ({@code --concurrency}). Thread-safe.
 */
public final class UseSandboxes implements UdfSandboxes {

  private final ExposedFunction function;
  private final Timers timers;
  private final NanoClock clock;
  private final Set<UseSandbox> used = ConcurrentHashMap.newKeySet();

  /** Guarded by this. */
  private boolean retired;

  /** Creates no sandbox yet. */
  public UseSandboxes(ExposedFunction function, Timers timers, NanoClock clock) {
    this.function = function;
    this.timers = timers;
    this.clock = clock;
  }

  @Override
  public UdfSandbox open() {
    return new UseSandbox(this, function, timers, clock);
  }

  /**
   * Counts a use that needs a sandbox now.
   *
   * @return why it cannot have one, null if it can
   */
  synchronized @Nullable String admit(UseSandbox use) {
    String name = function.description().identity().name();
    String notRunnable = function.notRunnable();
    if (retired) {
      return "The function '" + name + "' ends";
    }
    if (notRunnable != null) {
      return notRunnable;
    }
    int most = function.maxUses();
    if (used.size() >= most) {
      return "The function '"
          + name
          + "' has "
          + used.size()
          + " sandboxes, and may not have more (concurrency: "
          + most
          + ")";
    }
    used.add(use);
    return null;
  }

  void closed(UseSandbox use) {
    used.remove(use);
  }

  /** Refuses further uses. Inits that run fail; the caller ends the pools. */
  public void retire() {
    List<UseSandbox> all;
    synchronized (this) {
      retired = true;
      all = List.copyOf(used);
    }
    all.forEach(UseSandbox::functionEnds);
  }
}
