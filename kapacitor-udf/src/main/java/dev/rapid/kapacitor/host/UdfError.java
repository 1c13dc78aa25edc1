package dev.rapid.kapacitor.host;

import dev.rapid.core.invocation.Payload;
import dev.rapid.core.worker.Reply;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import java.util.List;

/**
 * Why an invocation or an init of an agent fails (contract kapacitor-udf, sections 7 and 8).
 *
 * @param message one line for people
 * @param log the last lines that the agent logged, if they may say why
 */
record UdfError(Type type, String message, List<String> log) {

  private static final String JSON = "application/json";

  /** What failed. */
  enum Type {
    /** There is no such program, or nothing listens on the socket. */
    START_FAILED("UDF.StartFailed"),
    /** The agent did not say what it is. */
    INFO_FAILED("UDF.InfoFailed"),
    /** The settings have other options than the agent. */
    INVALID_OPTIONS("UDF.InvalidOptions"),
    /** The agent cannot work with its options. */
    INIT_FAILED("UDF.InitFailed"),
    /** The agent did not give its state away. */
    SNAPSHOT_FAILED("UDF.SnapshotFailed"),
    /** The agent cannot continue from a state. */
    RESTORE_FAILED("UDF.RestoreFailed"),
    /** The event has no valid points or batches; the agent is not concerned. */
    INVALID_EVENT("UDF.InvalidEvent"),
    /** The agent reported an error. */
    AGENT_ERROR("UDF.AgentError"),
    /** The agent has ended. */
    AGENT_EXITED("UDF.AgentExited"),
    /** What the agent sent is not allowed. */
    PROTOCOL_ERROR("UDF.ProtocolError"),
    /** The agent did not send a frame for too long. */
    KEEPALIVE_TIMEOUT("UDF.KeepaliveTimeout"),
    /** The agent sent less than the event expects. */
    EXPECTATION_NOT_MET("UDF.ExpectationNotMet"),
    /** The agent sent data between two invocations. */
    LATE_DATA("UDF.LateData"),
    /** Rapid itself failed. */
    INTERNAL("Sandbox.Failure");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    /** Returns what the caller reads as the type of the error. */
    String wireName() {
      return wireName;
    }
  }

  UdfError(Type type, String message) {
    this(type, message, List.of());
  }

  /** Returns the error as the sandbox takes it. */
  Reply.ReportedError reported() {
    Payload payload =
        Payload.of(
            new JsonObject(JsonEscapes.REQUIRED)
                .put("errorMessage", message)
                .put("errorType", type.wireName())
                .putStrings("stackTrace", log)
                .bytes());
    return new Reply.ReportedError(type.wireName(), type.wireName(), payload, JSON, null);
  }

  /** Returns the error on one line. */
  String line() {
    return type.wireName() + ": " + message;
  }
}
