package dev.rapid.kapacitor;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.error.FailureMessages;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.lambda.LambdaFailureMessages;
import java.time.Duration;

/**
 * What callers read about an agent that failed, where the core notices it and not the session with
 * the agent: the types of contract kapacitor-udf, sections 7 and 8, with Lambda's words.
 */
public final class UdfFailureMessages implements FailureMessages {

  /** The only instance. */
  public static final UdfFailureMessages INSTANCE = new UdfFailureMessages();

  private static final LambdaFailureMessages WORDS = LambdaFailureMessages.INSTANCE;

  private UdfFailureMessages() {}

  @Override
  public String typeOf(ErrorType error) {
    return switch (error) {
      case SANDBOX_TIMEDOUT -> "UDF.Timeout";
      case RUNTIME_EXIT_ERROR -> "UDF.AgentExited";
      case RUNTIME_INVALID_ENTRYPOINT, RUNTIME_INVALID_WORKING_DIR -> "UDF.StartFailed";
      default -> error.wireName();
    };
  }

  @Override
  public String timedOut(Duration timeout) {
    return WORDS.timedOut(timeout);
  }

  @Override
  public String responseTooLarge() {
    return WORDS.responseTooLarge();
  }

  @Override
  public String runtimeExited(ProcessExit exit) {
    return "The agent ended: " + exit.describe();
  }

  /**
   * An agent ends in order after the end of its input, which {@code completion: eof} gives it. An
   * end that comes by itself is logged by its session.
   */
  @Override
  public boolean isOrderlyEnd(ProcessExit exit) {
    return exit.equals(new ProcessExit.Exited(0));
  }

  @Override
  public String workerExited() {
    return "The agent ended";
  }

  @Override
  public String extensionExited(ProcessExit exit) {
    return WORDS.extensionExited(exit);
  }
}
