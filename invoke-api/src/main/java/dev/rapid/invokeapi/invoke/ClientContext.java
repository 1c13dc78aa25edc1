package dev.rapid.invokeapi.invoke;

import dev.rapid.core.invocation.Payload;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.invokeapi.wire.JsonBody;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The header {@code X-Amz-Client-Context} (contract invoke-api, section 1.3). */
final class ClientContext {

  private static final int MAX_BASE64_LENGTH = 3583;

  private ClientContext() {}

  /**
   * Returns the JSON text inside the header.
   *
   * @throws ServiceException if it is too long, not base64 or not JSON
   */
  static String decode(String base64) {
    if (base64.length() > MAX_BASE64_LENGTH) {
      throw new ServiceException(
          ServiceError.INVALID_REQUEST_CONTENT,
          "Client context must be at most " + MAX_BASE64_LENGTH + " bytes of base64 text.");
    }
    byte[] json;
    try {
      json = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw notJson();
    }
    if (JsonBody.faultOf(Payload.of(json)) != null) {
      throw notJson();
    }
    return new String(json, StandardCharsets.UTF_8);
  }

  private static ServiceException notJson() {
    return new ServiceException(
        ServiceError.INVALID_REQUEST_CONTENT,
        "Client context must be a valid Base64-encoded JSON object.");
  }
}
