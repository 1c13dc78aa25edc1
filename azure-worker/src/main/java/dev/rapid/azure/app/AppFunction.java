package dev.rapid.azure.app;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function of an app (contract azure-functions-worker, sections 4.4 and 10).
 *
 * @param id what the worker calls it
 * @param name in the case of its source
 * @param directory absolute if the host found it, else as the worker gave it
 * @param scriptFile absolute if the host found it, else as the worker gave it; empty for none
 * @param entryPoint empty for the usual one
 * @param bindings exactly one is the trigger, unless there is a failure
 * @param properties go back to the worker with the load
 * @param isWorkerIndexed whether the worker found it
 * @param retry null if the app asks for no retries; goes back to the worker with the load
 * @param failure why it could not be indexed, null if it could; then it cannot be invoked, and what
 *     could not be read is empty
 */
public record AppFunction(
    String id,
    String name,
    String directory,
    String scriptFile,
    String entryPoint,
    List<Binding> bindings,
    Map<String, String> properties,
    boolean isWorkerIndexed,
    @Nullable RetryOptions retry,
    @Nullable IndexingFailure failure) {

  /** Why a function could not be indexed. */
  public record IndexingFailure(@Nullable String type, String message, @Nullable String stack) {}

  /** Copies the collections. */
  public AppFunction {
    bindings = List.copyOf(bindings);
    properties = Map.copyOf(properties);
  }

  /**
   * Returns the binding that starts the function.
   *
   * @throws IllegalStateException if it was not checked that there is one
   */
  public Binding trigger() {
    return bindings.stream()
        .filter(Binding::isTrigger)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + " has no trigger"));
  }

  /** Returns whether it answers HTTP requests. */
  public boolean isHttp() {
    return trigger().is("httpTrigger");
  }
}
