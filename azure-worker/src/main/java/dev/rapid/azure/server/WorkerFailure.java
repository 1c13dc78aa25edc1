package dev.rapid.azure.server;

import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.worker.Reply;
import dev.rapid.lambda.JsonObject;
import java.util.List;

/** Errors of a worker as Lambda words them (contract azure-functions-worker, section 14.4). */
final class WorkerFailure {

  private static final String JSON = "application/json";

  private WorkerFailure() {}

  /** Returns an error with its parts as a JSON object. */
  static Reply.ReportedError reported(String type, String message, List<String> stack) {
    return new Reply.ReportedError(
        type,
        Payload.of(
            new JsonObject()
                .put("errorType", type)
                .put("errorMessage", message)
                .putStrings("stackTrace", stack)
                .bytes()),
        JSON,
        null);
  }

  /** Returns the error of a result that is no success. */
  static Reply.ReportedError reported(StatusResult result, String otherwise) {
    RpcException exception = result.getException();
    String type = exception.getType().isEmpty() ? otherwise : exception.getType();
    List<String> stack = exception.getStackTrace().lines().toList();
    return reported(type, message(result), stack);
  }

  /** Returns what a result that is no success says. */
  static String message(StatusResult result) {
    String message = result.getException().getMessage();
    if (message.isEmpty()) {
      message = result.getResult();
    }
    return message.isEmpty() ? "The worker gave no reason" : message;
  }
}
