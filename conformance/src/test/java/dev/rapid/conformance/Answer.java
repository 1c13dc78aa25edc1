package dev.rapid.conformance;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a caller got.
 *
 * @param functionError the header {@code X-Amz-Function-Error}, empty if there is none
 * @param errorType the header {@code X-Amzn-ErrorType} of what the service itself refuses, or empty
 * @param took from the first byte sent to the last byte received
 */
public record Answer(
    int status, String functionError, String errorType, String text, Duration took) {

  public static Answer of(HttpResponse<byte[]> response, Duration took) {
    String functionError = response.headers().firstValue("X-Amz-Function-Error").orElse("");
    String errorType = response.headers().firstValue("X-Amzn-ErrorType").orElse("");
    return new Answer(
        response.statusCode(),
        functionError,
        errorType,
        new String(response.body(), StandardCharsets.UTF_8),
        took);
  }

  @Override
  public String toString() {
    String shown = text.length() > 300 ? text.substring(0, 300) + "..." : text;
    return status + " [" + functionError + "] " + shown + " after " + took.toMillis() + " ms";
  }
}
