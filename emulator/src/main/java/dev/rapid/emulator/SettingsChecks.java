package dev.rapid.emulator;

import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.UdfExposure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    Map<Path, String> sockets = new HashMap<>();
    for (FunctionSettings each : functions) {
      UdfExposure udf = each.udf();
      Path socket = udf == null ? null : udf.socket();
      String other = socket == null ? null : sockets.putIfAbsent(socket, each.name());
      if (other != null) {
        throw new InvalidSettingsException(
            "The functions '" + other + "' and '" + each.name() + "' have one socket: " + socket);
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
    checkKapacitor(settings);
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

  private static void checkKapacitor(FunctionSettings settings) {
    String function = "Function '" + settings.name() + "' ";
    boolean isAgent = settings.contract() == WorkerContract.KAPACITOR_UDF;
    KapacitorSettings agent = settings.kapacitor();
    if (isAgent != (agent != null)) {
      throw new InvalidSettingsException(
          function + "has either the contract of Kapacitor or its settings; it needs both");
    }
    if (agent != null && (agent.socket() == null) == settings.command().isEmpty()) {
      throw new InvalidSettingsException(
          function
              + "has "
              + (agent.socket() == null ? "neither" : "both")
              + " a command and a socket; an agent of Kapacitor is one of them");
    }
    if (isAgent && settings.concurrency().isShared()) {
      throw new InvalidSettingsException(
          function + "has an agent of Kapacitor, which runs one invocation at a time");
    }
    if (settings.isReachedAtSocket() && settings.concurrency().freezes()) {
      throw new InvalidSettingsException(
          function + "cannot be frozen, because its agent is the process of somebody else");
    }
    if (settings.udf() != null && settings.isAttached()) {
      throw new InvalidSettingsException(
          function
              + "has no command, and each use of a user-defined function needs a sandbox that"
              + " Rapid starts");
    }
  }
}
