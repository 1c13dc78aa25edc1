package dev.rapid.fnrunner;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that a runner runs. */
public interface RunnerFunctions {

  /**
   * Returns the function that a call names, with the workers that the call may use (contract
   * fn-runner, sections 3.1 and 4.1); null if there is none. Must not block.
   *
   * @throws IllegalArgumentException if no worker can have the environment of the call
   */
  @Nullable RunnerFunction find(CallModel call);

  /** Returns the most memory that workers may be counted with, in MiB. */
  int totalMegabytes();

  /** Returns numbers about sandboxes for {@code customStatus} (contract fn-runner, section 4.3). */
  Map<String, String> status();
}
