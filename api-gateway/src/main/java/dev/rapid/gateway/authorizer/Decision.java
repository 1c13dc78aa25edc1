package dev.rapid.gateway.authorizer;

import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.event.Authorization;
import dev.rapid.http.request.HeaderLine;
import java.util.List;

/** Whether a request may reach its route. */
public sealed interface Decision {

  /** It may. */
  record Allowed(Authorization authorization) implements Decision {}

  /**
   * It may not.
   *
   * @param headers more headers of the answer
   */
  record Refused(GatewayError error, List<HeaderLine> headers) implements Decision {

    /** Copies the list. */
    public Refused {
      headers = List.copyOf(headers);
    }

    /** Creates a refusal without more headers. */
    public Refused(GatewayError error) {
      this(error, List.of());
    }
  }
}
