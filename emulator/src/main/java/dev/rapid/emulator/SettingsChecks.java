package dev.rapid.emulator;

import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.WorkerContract;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What settings of functions have to fulfil together. */
final class SettingsChecks {

  private SettingsChecks() {}

  /**
   * Checks the functions of a program.
   *
   * @throws InvalidSettingsException if something is wrong
   */
  static void check(List<FunctionSettings> functions, Listeners listeners) {
    if (functions.isEmpty()) {
      throw new InvalidSettingsException("There is no function");
    }
    Set<String> names = new HashSet<>();
    for (FunctionSettings each : functions) {
      check(each);
      if (!names.add(each.name())) {
        throw new InvalidSettingsException("There are two functions '" + each.name() + "'");
      }
    }
    if (functions.size() > 1 && listeners.controlApi() != null) {
      throw new InvalidSettingsException(
          "A control API drives one function only, and there are " + functions.size());
    }
    if (functions.size() > 1 && listeners.functionUrl() != null) {
      throw new InvalidSettingsException(
          "An address of a function URL is for one function only, and there are "
              + functions.size()
              + "; each has its URL at the address for callers, below /lambda-url/NAME/");
    }
    if (listeners.controlApi() != null) {
      checkControlled(functions.getFirst().concurrency());
    }
  }

  private static void checkControlled(ConcurrencySettings concurrency) {
    if (concurrency.runsNothing() || concurrency.isolatesTenants()) {
      throw new InvalidSettingsException(
          "A control API drives one sandbox that stays, so that it is not possible with a"
              + " concurrency of 0 or with tenants");
    }
    if (concurrency.isShared()) {
      throw new InvalidSettingsException(
          "A control API is for a function that runs one invocation at a time in a sandbox");
    }
  }

  /**
   * Checks one function.
   *
   * @throws InvalidSettingsException if something is wrong
   */
  static void check(FunctionSettings settings) {
    String name = settings.name();
    if (name.isEmpty()) {
      throw new InvalidSettingsException("A function has no name");
    }
    if (settings.timeout().isNegative() || settings.initTimeout().isNegative()) {
      throw new InvalidSettingsException("A timeout of function '" + name + "' is negative");
    }
    if ((settings.contract() == WorkerContract.AZURE_FUNCTIONS) != (settings.azure() != null)) {
      throw new InvalidSettingsException(
          "Function '"
              + name
              + "' has either the contract of Azure Functions or its settings; it needs both");
    }
    if (settings.azure() != null && settings.isAttached()) {
      throw new InvalidSettingsException(
          "Function '"
              + name
              + "' has no command, and Rapid starts the workers of Azure Functions");
    }
    if (settings.concurrency().isShared()
        && settings.sandbox().snapStart()
        && settings.azure() == null) {
      throw new InvalidSettingsException(
          "Function '"
              + name
              + "' has both SnapStart and several invocations at once; a function has only one"
              + " of them");
    }
    if (settings.isAttached() && settings.concurrency().isolatesTenants()) {
      throw new InvalidSettingsException(
          "Function '"
              + name
              + "' isolates tenants, which is not possible for a runtime that the user starts");
    }
    if (settings.memoryMegabytes() < 1) {
      throw new InvalidSettingsException("The memory of function '" + name + "' is less than 1 MB");
    }
    if (settings.isAttached() && settings.concurrency().freezes()) {
      throw new InvalidSettingsException(
          "The runtime of function '" + name + "' cannot be frozen, because the user starts it");
    }
  }
}
