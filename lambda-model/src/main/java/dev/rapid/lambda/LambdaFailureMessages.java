package dev.rapid.lambda;

import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.process.ProcessExit;
import java.time.Duration;
import java.util.Locale;

/** The cloud's messages for failures (contract invoke-api, section 1.9). */
public final class LambdaFailureMessages implements FailureMessages {

  /** The only instance. */
  public static final LambdaFailureMessages INSTANCE = new LambdaFailureMessages();

  private LambdaFailureMessages() {}

  @Override
  public String timedOut(Duration timeout) {
    return String.format(
        Locale.ROOT, "Task timed out after %.2f seconds", timeout.toMillis() / 1000.0);
  }

  @Override
  public String responseTooLarge() {
    return "Response payload size exceeded maximum allowed payload size ("
        + Limits.MAX_RESPONSE_BYTES
        + " bytes).";
  }

  @Override
  public String runtimeExited(ProcessExit exit) {
    return endedWell(exit) ? workerExited() : "Runtime exited with error: " + exit.describe();
  }

  @Override
  public String workerExited() {
    return "Runtime exited without providing a reason";
  }

  @Override
  public String extensionExited(ProcessExit exit) {
    return endedWell(exit) ? "exit code 0" : exit.describe();
  }

  private static boolean endedWell(ProcessExit exit) {
    return exit instanceof ProcessExit.Exited(int status) && status == 0;
  }
}
