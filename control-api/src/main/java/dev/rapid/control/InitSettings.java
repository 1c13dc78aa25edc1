package dev.rapid.control;

import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /test/init} says about the function (contract lifecycle-and-control, section
 * 3.3).
 *
 * @param handler empty for the one of the configuration
 * @param functionName not empty
 * @param functionVersion not empty
 * @param invokeTimeout the function timeout, at least 1 ms and at most 365 days
 * @param runtimeArn for {@code platform.initStart}, empty if not given
 * @param runtimeVersion for {@code platform.initStart}, empty if not given
 * @param environment variables that are added to those of the function, for this and later inits
 * @param credentials null if none of them was given
 * @param throttled whether the sandbox counts as one that was warmed in advance
 */
public record InitSettings(
    String handler,
    String functionName,
    String functionVersion,
    Duration invokeTimeout,
    String runtimeArn,
    String runtimeVersion,
    Map<String, String> environment,
    @Nullable CredentialOverrides credentials,
    boolean throttled) {

  /** Copies the environment. */
  public InitSettings {
    environment = Map.copyOf(environment);
  }

  /** Names the variables without their values, which may be secret. */
  @Override
  public String toString() {
    return "InitSettings["
        + functionName
        + ":"
        + functionVersion
        + ", handler="
        + handler
        + ", variables="
        + new TreeSet<>(environment.keySet())
        + "]";
  }
}
