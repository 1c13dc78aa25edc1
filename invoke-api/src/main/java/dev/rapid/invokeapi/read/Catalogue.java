package dev.rapid.invokeapi.read;

import dev.rapid.invokeapi.invoke.VersionedFunction;
import dev.rapid.invokeapi.url.FunctionUrl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All functions of the program, in the order of the settings.
 *
 * @param functions at least one
 * @param maxRunning how many invocations all of them together run at once, null for no limit
 */
public record Catalogue(List<ServedFunction> functions, @Nullable Integer maxRunning) {

  /** Copies the list. */
  public Catalogue {
    functions = List.copyOf(functions);
  }

  /** Returns the functions without what only the reads show. */
  public List<VersionedFunction> versioned() {
    return functions.stream().map(ServedFunction::function).toList();
  }

  /** Returns the URLs of all functions. */
  public List<FunctionUrl> urls() {
    return functions.stream()
        .map(each -> new FunctionUrl(each.function(), each.url(), each.forwarding()))
        .toList();
  }
}
