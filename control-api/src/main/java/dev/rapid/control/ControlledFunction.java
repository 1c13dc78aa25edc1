package dev.rapid.control;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.InitializationType;
import org.jspecify.annotations.Nullable;

/** The control API's view of the function outside of its sandbox. */
public interface ControlledFunction {

  /** Returns why the function cannot be started with {@code settings}, null if it can. */
  @Nullable String faultOf(InitSettings settings);

  /**
   * Sets the settings of the next inits. Called before the sandbox initialises, with settings that
   * have no {@link #faultOf fault}.
   */
  void configure(InitSettings settings);

  /**
   * Replaces the credentials that the function can fetch, before it is restored.
   *
   * @return false if there is not exactly one set of credentials to replace, that is, if the
   *     function does not fetch them or was never initialised (contract lifecycle-and-control,
   *     section 4.8)
   */
  boolean replaceCredentials(CredentialOverrides credentials);

  /** Returns the function as it is configured now. */
  FunctionDescription description();

  /** Returns why the sandbox is initialised next, or was last. */
  InitializationType initializationType();

  /** Returns whether the function is initialised for snapshots ("init caching"). */
  boolean snapStart();

  /**
   * The sandbox has ended because a client asked for it and has its answer; the program ends now.
   */
  void shutDownRequested();
}
