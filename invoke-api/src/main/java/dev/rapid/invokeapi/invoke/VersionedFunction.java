package dev.rapid.invokeapi.invoke;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.function.FunctionVersions;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A function with all its versions.
 *
 * @param description the current description of what runs without a qualifier
 * @param otherNames further names that callers may use; each may have any characters
 * @param versions its published versions and aliases
 * @param pools what runs the versions; not used if the function cannot run
 * @param notRunnable why it is known but cannot run, null if it can
 */
public record VersionedFunction(
    Supplier<FunctionDescription> description,
    List<String> otherNames,
    FunctionVersions versions,
    VersionPools pools,
    @Nullable String notRunnable) {

  /** Copies the names. */
  public VersionedFunction {
    otherNames = List.copyOf(otherNames);
  }

  /** Returns a function that runs, without further names, versions and aliases. */
  public static VersionedFunction of(InvokedFunction latest) {
    return new VersionedFunction(
        latest.description(), List.of(), FunctionVersions.NONE, version -> latest, null);
  }

  /** Returns who the function is now. */
  public FunctionIdentity identity() {
    return description.get().identity();
  }

  /**
   * Returns the version that one invocation runs, null if the function has no such version or
   * alias.
   *
   * @param qualifier a version or an alias, null for what runs without one
   * @param random chooses the version of a weighted alias
   * @throws ServiceException if it is the newest published version, and none is published
   */
  public @Nullable String versionOf(@Nullable String qualifier, DoubleSupplier random) {
    FunctionIdentity identity = identity();
    if (qualifier == null) {
      return identity.version();
    }
    if (identity.hasVersion(qualifier)) {
      return qualifier;
    }
    if (qualifier.equals(FunctionVersions.LATEST_PUBLISHED) && versions.newest() == null) {
      throw new ServiceException(
          ServiceError.NO_PUBLISHED_VERSION,
          "The function " + identity.arn() + " has no published version.");
    }
    return versions.resolve(qualifier, random);
  }

  /**
   * Returns what a request invokes.
   *
   * @param qualifier the qualifier of the request, null if there is none
   * @param random chooses the version of a weighted alias
   * @return null if the function has no such version or alias
   * @throws ServiceException if it cannot run
   */
  public @Nullable InvokedVersion target(@Nullable String qualifier, DoubleSupplier random) {
    String version = versionOf(qualifier, random);
    if (version == null) {
      return null;
    }
    if (notRunnable != null) {
      throw new ServiceException(
          ServiceError.RESOURCE_CONFLICT,
          "The operation cannot be performed at this time. The function is currently in the"
              + " following state: Failed. "
              + notRunnable);
    }
    InvokedFunction function = pools.of(version);
    String arn = identity().arn();
    return new InvokedVersion(
        function,
        function.description().get(),
        version,
        qualifier == null ? arn : arn + ":" + qualifier);
  }
}
