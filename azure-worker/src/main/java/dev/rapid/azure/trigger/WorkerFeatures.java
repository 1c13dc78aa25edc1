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

  /** Returns whether the body of a request is sent once. */
  boolean takesBodyOnly() {
    return has("RpcHttpBodyOnly");
  }

  /** Returns whether the body of a request is sent as bytes, whatever its type. */
  boolean takesBodyAsBytes() {
    return has("RawHttpBodyBytes");
  }

  /** Returns whether headers, query and route parameters are sent as values that may be null. */
  boolean takesNullableValues() {
    return has("UseNullableValueDictionaryForHttp");
  }

  /** Returns whether headers without a value are left out. */
  boolean ignoresEmptyHeaders() {
    return has("IgnoreEmptyValuedRpcHttpHeaders");
  }

  /** Returns whether an HTTP request is left out of the metadata of its trigger. */
  boolean takesNoRequestAsMetadata() {
    return has("RpcHttpTriggerMetadataRemoved");
  }

  /** Returns whether arrays are sent as collections. */
  boolean takesCollections() {
    return has("TypedDataCollection");
  }

  /** Returns whether empty strings of a collection are kept. */
  boolean takesEmptyEntries() {
    return has("IncludeEmptyEntriesInMessagePayload");
  }
}
