package dev.rapid.invokeapi.function;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only the reads show of a function (contract invoke-api, section 6.1).
 *
 * @param runtime the name of its runtime, for example {@code python3.13}; null if it is not known
 * @param variables its own environment variables
 * @param code the directory or the archive of its code, null if there is none here
 * @param logGroup the log group, null for the usual one
 * @param snapStart whether published versions are restored from a snapshot
 * @param isolatesTenants whether a sandbox serves one tenant for its whole life
 * @param reserved how many invocations are reserved for it, null for none
 * @param provisioned how many sandboxes of {@code $LATEST} are initialised before there is work
 * @param modified when its configuration changed
 * @param details further members as the service has them, shown as they are: text, numbers, truth
 *     values, and lists and maps of them. {@code Tags} and {@code Code} are those of GetFunction
 */
public record FunctionProfile(
    @Nullable String runtime,
    Map<String, String> variables,
    @Nullable Path code,
    @Nullable String logGroup,
    boolean snapStart,
    boolean isolatesTenants,
    @Nullable Integer reserved,
    int provisioned,
    Instant modified,
    Map<String, Object> details) {

  /** Copies the maps. */
  public FunctionProfile {
    variables = Map.copyOf(variables);
    details = Map.copyOf(details);
  }
}
