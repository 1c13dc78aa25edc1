package dev.rapid.emulator.settings;

import dev.rapid.invokeapi.function.FunctionVersions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How callers see a function, besides what its processes get: names, versions, and what only the
 * reads show (contract invoke-api, section 6.1).
 *
 * @param names further names that callers may use; each may have any characters
 * @param versions its published versions and aliases; all versions run the same code
 * @param runtime the name of its runtime, for example {@code python3.13}; null if it is not known
 * @param code the directory or the archive of its code, null for the directory where it runs
 * @param details members of the function's configuration, shown as they are: text, numbers, truth
 *     values, and lists and maps of them; {@code Tags} are its tags
 * @param notRunnable why the function is known but cannot run, a sentence; null if it can
 */
public record FunctionListing(
    List<String> names,
    FunctionVersions versions,
    @Nullable String runtime,
    @Nullable Path code,
    Map<String, Object> details,
    @Nullable String notRunnable) {

  /** One name, no versions, no details. */
  public static final FunctionListing DEFAULT =
      new FunctionListing(List.of(), FunctionVersions.NONE, null, null, Map.of(), null);

  /** Copies the collections. */
  public FunctionListing {
    names = List.copyOf(names);
    details = Map.copyOf(details);
  }

  /** Returns the same with these further names. */
  public FunctionListing withNames(List<String> value) {
    return new FunctionListing(value, versions, runtime, code, details, notRunnable);
  }

  /** Returns the same with these versions and aliases. */
  public FunctionListing withVersions(FunctionVersions value) {
    return new FunctionListing(names, value, runtime, code, details, notRunnable);
  }

  /** Returns the same with this runtime. */
  public FunctionListing withRuntime(@Nullable String value) {
    return new FunctionListing(names, versions, value, code, details, notRunnable);
  }

  /** Returns the same with this code. */
  public FunctionListing withCode(@Nullable Path value) {
    return new FunctionListing(names, versions, runtime, value, details, notRunnable);
  }

  /** Returns the same with these details. */
  public FunctionListing withDetails(Map<String, Object> value) {
    return new FunctionListing(names, versions, runtime, code, value, notRunnable);
  }

  /** Returns the same for a function that cannot run. */
  public FunctionListing withNotRunnable(@Nullable String value) {
    return new FunctionListing(names, versions, runtime, code, details, value);
  }
}
