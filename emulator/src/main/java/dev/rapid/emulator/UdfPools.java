package dev.rapid.emulator;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.sandbox.RestoreCall;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.sandbox.SandboxState;
import dev.rapid.core.worker.Reply;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.udf.ExposedFunction;
import dev.rapid.emulator.udf.UsePool;
import dev.rapid.emulator.udf.UseSandboxes;
import dev.rapid.kapacitor.UdfSandboxes;
import dev.rapid.kapacitor.UdfSnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pools of one function for its uses by Kapacitor: each has one sandbox, which stays as long as
 * the use, because the function may keep state in it (decision 0051). Thread-safe.
 */
final class UdfPools implements ExposedFunction {

  private final PoolMaker maker;
  private final boolean memoryLimited;
  private final UseSandboxes sandboxes;

  // All guarded by this.
  private final List<FunctionPool> pools = new ArrayList<>();
  private ConfiguredFunction configured;
  private FleetConfig limits;
  private boolean retired;

  /**
   * Creates no pool yet.
   *
   * @param limits the limits of a fleet, whose number of sandboxes is that of uses
   */
  UdfPools(PoolMaker maker, ConfiguredFunction configured, FleetConfig limits, Engine engine) {
    this.maker = maker;
    this.configured = configured;
    this.limits = limits;
    this.memoryLimited = engine.sandboxMemory() != null;
    this.sandboxes = new UseSandboxes(this, engine.timers(), engine.clock());
  }

  /** Returns the sandboxes of uses. */
  UdfSandboxes sandboxes() {
    return sandboxes;
  }

  /** Returns all pools, the oldest first. */
  synchronized List<FunctionPool> all() {
    return List.copyOf(pools);
  }

  /** Replaces the function's configuration, and then the sandboxes. */
  void renew(ConfiguredFunction next, FleetConfig nextLimits) {
    List<FunctionPool> known;
    synchronized (this) {
      configured = next;
      limits = nextLimits;
      known = all();
    }
    // Without the lock: events of the sandboxes come from within.
    known.forEach(each -> each.renew(next, ofUse(nextLimits)));
  }

  /** There are no further uses. The caller ends the pools. */
  void retire() {
    synchronized (this) {
      retired = true;
    }
    sandboxes.retire();
  }

  // A provisioned sandbox is neither ended for want of memory nor because it is idle.
  private static FleetConfig ofUse(FleetConfig limits) {
    return limits.withMaxSandboxes(1).withProvisioned(1);
  }

  // ------------------------------------------------------------------ what uses ask for

  @Override
  public synchronized FunctionDescription description() {
    return configured.description();
  }

  @Override
  public synchronized int maxUses() {
    return limits.maxSandboxes();
  }

  @Override
  public synchronized @Nullable Duration memoryWait() {
    return memoryLimited ? configured.settings().initTimeout() : null;
  }

  @Override
  public synchronized @Nullable String notRunnable() {
    return configured.settings().listing().notRunnable();
  }

  @Override
  public synchronized UsePool newPool(EventsApi events) {
    if (retired) {
      throw new IllegalStateException("the function ends");
    }
    FunctionPool made = maker.make(configured, ofUse(limits), events);
    pools.add(made);
    return new OneSandbox(made);
  }

  /** A snapshot is of the code and the settings from which the sandbox was initialised. */
  @Override
  public synchronized @Nullable UdfSnapshot snapshot() {
    FunctionSettings settings = configured.settings();
    if (!settings.sandbox().snapStart()) {
      return null;
    }
    String content =
        String.join(
            "\0",
            settings.command().toString(),
            settings.directory().toString(),
            settings.handler(),
            new TreeMap<>(settings.variables()).toString());
    return new UdfSnapshot(settings.name(), settings.version(), sha256(content));
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  private synchronized void ended(FunctionPool pool) {
    pools.remove(pool);
  }

  /** The pool of a use. */
  private final class OneSandbox implements UsePool {

    private final FunctionPool pool;

    OneSandbox(FunctionPool pool) {
      this.pool = pool;
    }

    @Override
    public void initialise() {
      pool.initialise();
    }

    @Override
    public @Nullable String reportedInitError() {
      for (SandboxState each : pool.fleet().states()) {
        Reply.ReportedError reported = each.initError();
        if (reported != null) {
          return reported.reportedType();
        }
      }
      return null;
    }

    @Override
    public void invoke(Invocation invocation) {
      pool.fleet().invoke(invocation);
    }

    @Override
    public void cancel(Invocation invocation) {
      pool.fleet().cancel(invocation);
    }

    @Override
    public void restore(RestoreCall call) {
      pool.fleet()
          .first()
          .post(
              new SandboxEvent.RestoreRequested(call, pool.settings().sandbox().restoreTimeout()));
    }

    @Override
    public void retire() {
      var unused = pool.retire().thenRun(() -> ended(pool));
    }
  }
}
