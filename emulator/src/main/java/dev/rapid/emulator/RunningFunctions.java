package dev.rapid.emulator;

import dev.rapid.core.fleet.FleetConfig;
import dev.rapid.core.fleet.ProgramLimit;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.emulator.settings.WorkerContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a Rapid, which come, change and go while it runs. Who looks for one reads the
 * current list, without a lock; the caller makes the changes one at a time.
 */
final class RunningFunctions {

  private final Engine engine;
  private final Rules rules;
  private final @Nullable ProgramLimit limit;
  private final Map<HostPort, AttachAddress> attached;

  /** Unmodifiable, in the order of the settings. */
  private volatile Map<String, EmulatedFunction> functions = Map.of();

  /**
   * What concerns all functions.
   *
   * @param throttled whether a function that is busy never lets callers wait
   * @param controlled whether a client of the control API drives the function
   * @param lazy whether init waits for the first invocation
   * @param maxRunning how many invocations all functions together run at once, null for no limit
   * @param callWait how long calls of Fn wait for room
   * @param countsMemory whether the sandboxes of all functions count in the memory of the program;
   *     if not, only those with a worker of Fn do
   */
  record Rules(
      boolean throttled,
      boolean controlled,
      boolean lazy,
      @Nullable Integer maxRunning,
      Duration callWait,
      boolean countsMemory) {

    /** A client of the control API drives one sandbox, and a user starts one runtime. */
    FleetConfig fleet(FunctionSettings function) {
      ConcurrencySettings chosen =
          throttled
              ? function.concurrency().withWhenBusy(WhenBusy.THROTTLE)
              : function.concurrency();
      if (controlled || function.isAttached()) {
        FleetConfig one = chosen.withOneSandbox().fleet().withoutProgramLimit();
        return function.isAttached() ? one.ofUsersRuntime() : one;
      }
      boolean fdk = function.contract() == WorkerContract.FN_HTTP_STREAM;
      FleetConfig fleet = fdk ? chosen.fleet().withoutRepeatedInit() : chosen.fleet();
      return countsMemory || fdk ? fleet.withMemory(function.memoryMegabytes()) : fleet;
    }

    /**
     * Calls of Fn bring the settings with which their workers are initialised, and hosts of
     * Kapacitor have sandboxes of their own.
     */
    boolean isLazy(FunctionSettings function) {
      return lazy || function.isCalledByFn() || function.udf() != null;
    }

    /** Returns how many invocations the functions run at once that have reserved nothing. */
    int shared(int all, List<FunctionSettings> functions) {
      int shared = all;
      for (FunctionSettings each : functions) {
        Integer reserved = each.concurrency().reserved();
        shared -= reserved == null ? 0 : reserved;
      }
      return Math.max(0, shared);
    }
  }

  /** A function that does not exist yet. */
  record Planned(ConfiguredFunction configured, FunctionObserver observer, SharedLog log) {

    private FunctionSettings settings() {
      return configured.settings();
    }
  }

  /** A change of a function that exists. */
  private record Renewal(EmulatedFunction function, ConfiguredFunction next, FleetConfig limits) {}

  /**
   * Binds the addresses of the first functions.
   *
   * @throws ListenException if the address of a Runtime API cannot be used
   */
  RunningFunctions(Engine engine, Rules rules, List<Planned> first) throws ListenException {
    this.engine = engine;
    this.rules = rules;
    List<FunctionSettings> settings = first.stream().map(Planned::settings).toList();
    this.limit =
        rules.maxRunning() == null
            ? null
            : new ProgramLimit(rules.shared(rules.maxRunning(), settings));
    this.attached = bindAttached(settings);
    Map<String, EmulatedFunction> made = new LinkedHashMap<>();
    for (Planned each : first) {
      made.put(each.settings().name(), make(each));
    }
    this.functions = Collections.unmodifiableMap(made);
  }

  /** Functions whose runtimes the user starts share an address, if they have the same. */
  private Map<HostPort, AttachAddress> bindAttached(List<FunctionSettings> settings)
      throws ListenException {
    Map<HostPort, List<String>> names = new LinkedHashMap<>();
    for (FunctionSettings each : settings) {
      if (each.isAttached()) {
        names.computeIfAbsent(each.runtimeApi(), address -> new ArrayList<>()).add(each.name());
      }
    }
    Map<HostPort, AttachAddress> bound = new LinkedHashMap<>();
    for (Map.Entry<HostPort, List<String>> each : names.entrySet()) {
      bound.put(
          each.getKey(),
          engine.lifecycle().add(AttachAddress.bind(engine, each.getKey(), each.getValue())));
    }
    return bound;
  }

  private EmulatedFunction make(Planned planned) throws ListenException {
    FunctionSettings settings = planned.settings();
    return new EmulatedFunction(
        engine,
        planned.configured(),
        settings.isAttached() ? attached.get(settings.runtimeApi()) : null,
        planned.log(),
        planned.observer(),
        rules.fleet(settings),
        rules.callWait(),
        limit,
        rules.isLazy(settings) && !settings.isAttached(),
        rules.controlled());
  }

  // ------------------------------------------------------------------ what there is

  /** Returns the functions that there are now, in the order of the settings. */
  List<EmulatedFunction> all() {
    return List.copyOf(functions.values());
  }

  /**
   * Returns a function.
   *
   * @throws IllegalArgumentException if there is none with this name
   */
  EmulatedFunction named(String name) {
    Map<String, EmulatedFunction> now = functions;
    EmulatedFunction function = now.get(name);
    if (function == null) {
      throw new IllegalArgumentException(
          "There is no function '" + name + "', but " + String.join(", ", now.keySet()));
    }
    return function;
  }

  /** Begins the init of the functions, and to answer runtimes that users start. */
  void begin() {
    functions.values().forEach(this::begin);
    attached.values().forEach(AttachAddress::serve);
  }

  private void begin(EmulatedFunction function) {
    function.begin(rules.isLazy(function.settings()));
  }

  // ------------------------------------------------------------------ changes

  /**
   * Makes these the functions: renews those with other settings, and adds and retires functions. If
   * it fails, nothing has changed.
   *
   * @param plan plans a function that does not exist yet
   * @param reconfigure returns the configuration of a function with other settings
   * @param replaced called with the functions before those that have to go retire
   * @throws InvalidSettingsException if the variables of a function cannot be used
   * @throws ListenException if the address of a Runtime API cannot be used
   */
  Changes apply(
      List<FunctionSettings> wanted,
      Function<FunctionSettings, Planned> plan,
      Reconfiguration reconfigure,
      Runnable replaced)
      throws ListenException {
    Map<String, EmulatedFunction> before = functions;
    Map<String, EmulatedFunction> next = new LinkedHashMap<>();
    List<Renewal> renewals = new ArrayList<>();
    List<EmulatedFunction> added = new ArrayList<>();
    List<String> unapplied = new ArrayList<>();
    try {
      for (FunctionSettings each : wanted) {
        EmulatedFunction known = before.get(each.name());
        if (!mayChange(known, each)) {
          unapplied.add("the function '" + each.name() + "', whose runtime you start");
        } else if (known == null || !known.canHave(each)) {
          known = make(plan.apply(each));
          added.add(known);
        } else if (!known.settings().equals(each)) {
          renewals.add(
              new Renewal(known, reconfigure.of(each, known.nextRevision()), rules.fleet(each)));
        }
        if (known != null) {
          next.put(each.name(), known);
        }
      }
    } catch (ListenException | RuntimeException e) {
      added.forEach(EmulatedFunction::discard);
      throw e;
    }
    List<EmulatedFunction> removed =
        before.values().stream().filter(each -> !next.containsValue(each)).toList();
    functions = Collections.unmodifiableMap(next);
    if (limit != null && rules.maxRunning() != null) {
      limit.resize(rules.shared(rules.maxRunning(), wanted));
    }
    renewals.forEach(each -> each.function().renew(each.next(), each.limits()));
    added.forEach(this::begin);
    replaced.run();
    removed.forEach(EmulatedFunction::retire);
    return new Changes(
        renewals.stream().map(each -> each.next().settings().name()).toList(),
        names(added),
        names(removed),
        unapplied);
  }

  /** Makes the configuration of a function whose settings change. */
  @FunctionalInterface
  interface Reconfiguration {

    /**
     * Returns the configuration.
     *
     * @param revision the number of its first revision
     */
    ConfiguredFunction of(FunctionSettings settings, long revision);
  }

  /** The addresses of runtimes that users start are bound once. */
  private static boolean mayChange(@Nullable EmulatedFunction known, FunctionSettings wanted) {
    if (known == null) {
      return !wanted.isAttached();
    }
    return known.isAttached() == wanted.isAttached()
        && (!wanted.isAttached() || known.settings().runtimeApi().equals(wanted.runtimeApi()));
  }

  private static List<String> names(List<EmulatedFunction> functions) {
    return functions.stream().map(each -> each.settings().name()).toList();
  }
}
