package dev.rapid.azure.http;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.lambda.event.HttpForwarding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the URL of a function as HTTP for its trigger, and its answers as HTTP responses
 * (contract azure-functions-worker, sections 7.3, 7.4 and 11). Nothing is left out on the way to
 * the function; headers of the connection are not passed on to the client.
 */
public final class AzureHttpGateway implements HttpForwarding {

  /**
   * The type of the error of an invocation that was not sent to the worker, because its payload
   * does not fit the trigger.
   */
  public static final String INVALID_PAYLOAD = "Function.InvalidPayload";

  private static final int BAD_REQUEST = 400;

  /** Creates the translation, which has no state. */
  public AzureHttpGateway() {}

  @Override
  public PayloadHeaders headersFor(Request request) {
    return new UrlRequest(request.method(), request.url(), request.headers()).toPayloadHeaders();
  }

  @Override
  public Answer answerOf(ResponseHead head, String requestId) {
    UrlResponse response = UrlResponse.of(head);
    if (response == null) {
      throw new IllegalArgumentException("The function with a URL answered no HTTP response");
    }
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (PayloadHeaders.Header each : response.headers()) {
      if (HttpHeader.isPassedOn(each.name())
          && HttpHeader.isName(each.name())
          && HttpHeader.isValue(each.value())) {
        headers.add(each);
      }
    }
    return new Answer(response.status(), headers);
  }

  /** The client learns why its request does not fit the function; other errors are ours to keep. */
  @Override
  public @Nullable Answer answerOf(Outcome.Reported error) {
    return INVALID_PAYLOAD.equals(error.reportedType())
        ? new Answer(
            BAD_REQUEST, List.of(new PayloadHeaders.Header("content-type", "application/json")))
        : null;
  }
}
