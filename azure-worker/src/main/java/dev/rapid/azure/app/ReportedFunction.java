package dev.rapid.azure.app;

import dev.rapid.azure.app.AppFunction.IndexingFailure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function as its worker describes it, before anything of it is checked (contract
 * azure-functions-worker, section 6.2).
 *
 * @param rawBindings each one is the text of a JSON object
 * @param failure why the worker could not index it, null if it could
 */
public record ReportedFunction(
    String id,
    String name,
    String directory,
    String scriptFile,
    String entryPoint,
    List<String> rawBindings,
    Map<String, String> properties,
    @Nullable RetryOptions retry,
    @Nullable IndexingFailure failure) {

  /** Copies the collections. */
  public ReportedFunction {
    rawBindings = List.copyOf(rawBindings);
    properties = Map.copyOf(properties);
  }
}
