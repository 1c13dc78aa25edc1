package dev.rapid.gateway.request;

import dev.rapid.core.invocation.Payload;
import dev.rapid.http.request.HeaderLine;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer of an API; the server adds its own headers.
 *
 * @param status 200 to 599
 * @param headers a name may come more than once
 * @param body released once it is written
 */
public record ApiResponse(int status, List<HeaderLine> headers, Payload body) {

  /** Copies the list. */
  public ApiResponse {
    headers = List.copyOf(headers);
  }

  /** Returns an answer with a body of JSON. */
  public static ApiResponse json(int status, String body) {
    return new ApiResponse(
        status, List.of(new HeaderLine("Content-Type", "application/json")), Payload.of(body));
  }

  /** Returns the same with one more header. */
  public ApiResponse with(String name, String value) {
    List<HeaderLine> all = new ArrayList<>(headers);
    all.add(new HeaderLine(name, value));
    return new ApiResponse(status, all, body);
  }

  /** Returns the same with other headers. */
  public ApiResponse withHeaders(List<HeaderLine> others) {
    return new ApiResponse(status, others, body);
  }

  /** Returns the same with another body. */
  public ApiResponse withBody(Payload other) {
    return new ApiResponse(status, headers, other);
  }
}
