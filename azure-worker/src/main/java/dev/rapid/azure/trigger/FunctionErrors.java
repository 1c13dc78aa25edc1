package dev.rapid.azure.trigger;

import dev.rapid.azure.event.InvalidPayloadException;
import dev.rapid.azure.http.AzureHttpGateway;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.worker.Reply;
import dev.rapid.lambda.JsonEscapes;
import dev.rapid.lambda.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a worker says of a failure, as the error of a function (contract azure-functions-worker,
 * section 14.4). Workers put its parts into different fields; an empty one counts as absent.
 */
public final class FunctionErrors {

  private static final String UNKNOWN = "Function.Unknown";
  private static final String CANCELLED = "Function.Cancelled";
  private static final String JSON = "application/json";

  /**
   * The name of a class before the message: with dots, or with a capital letter. Its parts are
   * matched without a way back, which would need a frame of the stack for each.
   */
  private static final Pattern TYPED =
      Pattern.compile("((?:[\\w$]+\\.)++[\\w$]+|[A-Z][\\w$]*)(?:: .*|:)", Pattern.DOTALL);

  private FunctionErrors() {}

  /** Returns the error of a result that is no success. */
  public static Reply.ReportedError of(StatusResult result) {
    RpcException exception = result.getException();
    if (result.getStatus() == StatusResult.Status.Cancelled) {
      String message =
          first(result.getResult(), exception.getMessage(), "The invocation was cancelled");
      return error(CANCELLED, message, exception.getStackTrace());
    }
    String message =
        first(exception.getMessage(), result.getResult(), "Function failed without a message");
    String type =
        first(
            exception.getType(),
            typeOf(message),
            typeOf(exception.getStackTrace().lines().findFirst().orElse("")),
            UNKNOWN);
    return error(type, message, exception.getStackTrace());
  }

  /** Returns the error of an invocation that is not sent to the worker. */
  public static Reply.ReportedError of(InvalidPayloadException refusal) {
    return error(AzureHttpGateway.INVALID_PAYLOAD, String.valueOf(refusal.getMessage()), "");
  }

  /**
   * Returns an error.
   *
   * @param stack its lines, empty if there is none
   */
  public static Reply.ReportedError error(String type, String message, String stack) {
    List<String> lines = stack.lines().toList();
    Payload payload =
        Payload.of(
            new JsonObject(JsonEscapes.REQUIRED)
                .put("errorMessage", message)
                .put("errorType", type)
                .putStrings("stackTrace", lines)
                .bytes());
    return new Reply.ReportedError(type, payload, JSON, null);
  }

  private static String typeOf(String text) {
    Matcher typed = TYPED.matcher(text.strip());
    return typed.matches() ? typed.group(1) : "";
  }

  private static String first(String... texts) {
    return Stream.of(texts).filter(text -> !text.isBlank()).findFirst().orElse("");
  }
}
