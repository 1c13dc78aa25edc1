package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.emulator.settings.WorkerContract;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options that say how many invocations of a function run at once, and what they exclude. */
final class ConcurrencyOptions {

  private final Values values;
  private final Map<String, String> variables;
  private final boolean attached;
  private final boolean snapStart;
  private final WorkerContract contract;

  /**
   * Creates a view of the options.
   *
   * @param variables the function's own environment variables
   * @param attached whether the user starts the runtime
   * @param snapStart whether the function is restored from a snapshot
   * @param contract what its worker speaks
   */
  ConcurrencyOptions(
      Values values,
      Map<String, String> variables,
      boolean attached,
      boolean snapStart,
      WorkerContract contract) {
    this.values = values;
    this.variables = variables;
    this.attached = attached;
    this.snapStart = snapStart;
    this.contract = contract;
  }

  /**
   * Returns the settings for one invocation of {@code rapid invoke}.
   *
   * @throws UsageException if a value is wrong
   */
  ConcurrencySettings ofOneSandbox() {
    return ConcurrencySettings.DEFAULT.withOneSandbox().withMaxConcurrency(maxConcurrency());
  }

  /**
   * Returns the settings of {@code rapid serve}. Rapid does not start or end sandboxes whose
   * runtime the user starts.
   *
   * @throws UsageException if a value is wrong, or values exclude each other
   */
  ConcurrencySettings ofFleet() {
    int maxConcurrency = maxConcurrency();
    if (maxConcurrency > 1 && values.get(Options.CONTROL_API)) {
      throw Options.MAX_CONCURRENCY.invalid(
          writtenMaxConcurrency(),
          "does not go together with "
              + Options.CONTROL_API
              + ", whose client drives one invocation at a time");
    }
    Integer reserved = values.find(Options.RESERVED_CONCURRENCY);
    int sandboxes = sandboxes(reserved, maxConcurrency);
    boolean isolatesTenants = isolatesTenants();
    int provisioned = provisioned(sandboxes, reserved, isolatesTenants);
    Duration idleTimeout = values.find(Options.IDLE_TIMEOUT);
    Duration freezeAfter = freezeAfter();
    if (freezeAfter != null && attached) {
      throw refuse(
          Options.FREEZE,
          "does not go together with a runtime that you start: Rapid cannot stop it");
    }
    return new ConcurrencySettings(
        sandboxes,
        reserved,
        attached ? 0 : provisioned,
        attached ? null : idleTimeout,
        whenBusy(),
        maxConcurrency,
        values.find(Options.REQUESTS_PER_SECOND),
        isolatesTenants,
        freezeAfter);
  }

  private @Nullable Duration freezeAfter() {
    if (values.get(Options.FREEZE)) {
      return Duration.ZERO;
    }
    FnReader.Section fnRunner =
        contract == WorkerContract.FN_HTTP_STREAM ? values.fnRunner() : null;
    return fnRunner == null ? null : fnRunner.ofWorkers().pauseAfterIdle();
  }

  private int maxConcurrency() {
    RawValue written = writtenMaxConcurrency();
    int invocations = values.read(Options.MAX_CONCURRENCY, written);
    if (invocations > 1 && contract == WorkerContract.FN_HTTP_STREAM) {
      throw Options.MAX_CONCURRENCY.invalid(
          written, "does not go together with an FDK, whose worker runs one invocation");
    }
    if (invocations > 1 && contract == WorkerContract.KAPACITOR_UDF) {
      throw Options.MAX_CONCURRENCY.invalid(
          written, "does not go together with an agent of Kapacitor, which runs one invocation");
    }
    if (invocations > 1 && snapStart && contract != WorkerContract.AZURE_FUNCTIONS) {
      throw Options.MAX_CONCURRENCY.invalid(
          written, "does not go together with SnapStart, whose sandboxes run one invocation");
    }
    return invocations;
  }

  /** The function's own variable counts more than the same variable of Rapid's environment. */
  private RawValue writtenMaxConcurrency() {
    String name = Settings.MAX_CONCURRENCY_VARIABLE;
    String ofFunction = variables.getOrDefault(name, "");
    return values.isChosen(Options.MAX_CONCURRENCY) || ofFunction.isEmpty()
        ? values.written(Options.MAX_CONCURRENCY)
        : new RawValue(ofFunction, Origin.functionVariable(name));
  }

  private int sandboxes(@Nullable Integer reserved, int maxConcurrency) {
    Integer chosen = values.find(Options.CONCURRENCY);
    if (reserved == null) {
      return chosen == null ? usualSandboxes() : chosen;
    }
    int needed = Math.ceilDiv(reserved, maxConcurrency);
    if (chosen != null && needed > chosen) {
      throw refuse(
          Options.RESERVED_CONCURRENCY,
          "is more than "
              + quoted(Options.CONCURRENCY)
              + (maxConcurrency == 1 ? "" : " with " + maxConcurrency + " invocations each")
              + " can run");
    }
    return chosen == null ? needed : chosen;
  }

  /**
   * Calls of Fn have no limit but the memory (contract fn-runner, section 3.2). Kapacitor decides
   * how many uses of a function there are: it does not repeat one that was refused.
   */
  private int usualSandboxes() {
    return values.find(FnOptions.FN) == null && !values.isChosen(KapacitorOptions.UDF)
        ? ConcurrencySettings.DEFAULT_SANDBOXES
        : Checks.MAX_COUNT;
  }

  private boolean isolatesTenants() {
    boolean isolates = values.get(Options.TENANT_ISOLATION);
    if (isolates && snapStart) {
      throw refuse(
          Options.TENANT_ISOLATION, "does not go together with SnapStart, as in the cloud");
    }
    return isolates;
  }

  private int provisioned(int sandboxes, @Nullable Integer reserved, boolean isolatesTenants) {
    int provisioned = values.get(Options.PROVISIONED);
    if (provisioned == 0) {
      return 0;
    }
    if (reserved != null && provisioned > reserved) {
      throw refuse(Options.PROVISIONED, "is more than " + quoted(Options.RESERVED_CONCURRENCY));
    }
    if (provisioned > sandboxes) {
      boolean chosen = values.find(Options.CONCURRENCY) != null;
      throw refuse(
          Options.PROVISIONED,
          "is more than "
              + (chosen
                  ? quoted(Options.CONCURRENCY)
                  : "the default of " + Options.CONCURRENCY + ", " + sandboxes));
    }
    if (isolatesTenants) {
      throw refuse(
          Options.PROVISIONED,
          "does not go together with " + Options.TENANT_ISOLATION + ", as in the cloud");
    }
    if (snapStart) {
      throw refuse(Options.PROVISIONED, "does not go together with SnapStart, as in the cloud");
    }
    if (values.get(Options.CONTROL_API)) {
      throw refuse(
          Options.PROVISIONED,
          "does not go together with " + Options.CONTROL_API + ", whose client starts the sandbox");
    }
    return provisioned;
  }

  /** {@code --strict concurrency} is the older name of {@code --when-busy throttle}. */
  private WhenBusy whenBusy() {
    boolean strict = values.get(Options.STRICT).contains(StrictRule.CONCURRENCY);
    WhenBusy chosen = values.get(Options.WHEN_BUSY);
    if (strict && chosen == WhenBusy.QUEUE && values.isChosen(Options.WHEN_BUSY)) {
      throw refuse(Options.WHEN_BUSY, "contradicts " + Options.STRICT + " concurrency");
    }
    return strict ? WhenBusy.THROTTLE : chosen;
  }

  private UsageException refuse(Option<?> option, String why) {
    return option.invalid(values.written(option), why);
  }

  private String quoted(Option<?> option) {
    return option + " " + values.written(option).text();
  }
}
