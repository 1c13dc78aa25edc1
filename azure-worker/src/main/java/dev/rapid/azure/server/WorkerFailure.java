package dev.rapid.azure.server;

import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.trigger.FunctionErrors;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.worker.Reply;

/** Results of a worker that are no success (contract azure-functions-worker, section 14.2). */
final class WorkerFailure {

  private WorkerFailure() {}

  /** Returns whether a result, which may lack a status, is a success. */
  static boolean isSuccess(StatusResult result) {
    return result.getStatus() == StatusResult.Status.Success;
  }

  /** Returns the error of a worker that could not do something for itself. */
  static Reply.ReportedError ofWorker(StatusResult result) {
    return FunctionErrors.error(
        ErrorType.RUNTIME_UNKNOWN.wireName(),
        message(result),
        result.getException().getStackTrace());
  }

  /** Returns what a result that is no success says. */
  static String message(StatusResult result) {
    RpcException exception = result.getException();
    String message = exception.getMessage().isEmpty() ? result.getResult() : exception.getMessage();
    return message.isEmpty() ? "The worker gave no reason" : message;
  }
}
