package dev.rapid.azure.trigger;

import java.util.Map;

/**
 * What a worker said that it can do (contract azure-functions-worker, section 5.1). A capability
 * counts if its value is not empty.
 *
 * @param all by name
 */
public record WorkerFeatures(Map<String, String> all) {

  /** Nothing but the base protocol. */
  public static final WorkerFeatures NONE = new WorkerFeatures(Map.of());

  /** Copies the map. */
  public WorkerFeatures {
    all = Map.copyOf(all);
  }

  /** Returns whether the worker has a capability. */
  public boolean has(String capability) {
    return !all.getOrDefault(capability, "").isEmpty();
  }
}
