package dev.rapid.lambda.event;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How HTTP requests reach a function whose worker takes headers and bytes instead of an event, and
 * how what it answers becomes an HTTP response. Bodies are passed on unchanged.
 */
public interface HttpForwarding {

  /**
   * The head of a request.
   *
   * @param method in upper case
   * @param url with scheme, host and query
   * @param headers in the order of the request
   */
  record Request(String method, String url, List<PayloadHeaders.Header> headers) {

    /** Copies the list. */
    public Request {
      headers = List.copyOf(headers);
    }
  }

  /**
   * The head of an answer.
   *
   * @param status whatever the function says, which may be no status of HTTP
   */
  record Answer(int status, List<PayloadHeaders.Header> headers) {

    /** Copies the list. */
    public Answer {
      headers = List.copyOf(headers);
    }
  }

  /** Returns what the worker gets beside the body. */
  PayloadHeaders headersFor(Request request);

  /**
   * Returns the answer to the client.
   *
   * @param head what the worker answered
   */
  Answer answerOf(ResponseHead head, String requestId);

  /**
   * Returns the answer to the client that gets an error of the worker as its body, null if the
   * client learns no more than that the function failed.
   */
  default @Nullable Answer answerOf(Outcome.Reported error) {
    return null;
  }
}
