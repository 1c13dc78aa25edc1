package dev.rapid.control;

import dev.rapid.core.function.FunctionDescription;
import org.jspecify.annotations.Nullable;

/** What the control API changes and asks of the program around the sandbox. */
public interface ControlledFunction {

  /** Returns why the function cannot be started with {@code settings}, null if it can. */
  @Nullable String faultOf(InitSettings settings);

  /**
   * Takes what the next inits run with; called before the sandbox is asked to initialise, with
   * settings that have no {@link #faultOf fault}.
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

  /** Returns whether the function is initialised for snapshots ("init caching"). */
  boolean snapStart();

  /**
   * The sandbox has ended because a client asked for it and has its answer; the program ends now.
   */
  void shutDownRequested();
}
