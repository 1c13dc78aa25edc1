package dev.rapid.conformance;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a caller got.
 *
 * @param functionError the header {@code X-Amz-Function-Error}, empty if there is none
 * @param took from the first byte sent to the last byte received
 */
record Answer(int status, String functionError, String text, Duration took) {

  static Answer of(HttpResponse<byte[]> response, Duration took) {
    String functionError = response.headers().firstValue("X-Amz-Function-Error").orElse("");
    return new Answer(
        response.statusCode(),
        functionError,
        new String(response.body(), StandardCharsets.UTF_8),
        took);
  }

  @Override
  public String toString() {
    String shown = text.length() > 300 ? text.substring(0, 300) + "..." : text;
    return status + " [" + functionError + "] " + shown + " after " + took.toMillis() + " ms";
  }
}
