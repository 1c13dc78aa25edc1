package dev.rapid.runtimeapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.worker.Reply;
import dev.rapid.http.answer.Answers;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the body of an error report means (contract runtime-extensions-telemetry, section 1.4). */
final class ErrorBody {

  private static final String ERROR_CAUSE = "application/vnd.aws.lambda.error.cause+json";
  private static final String OCTET_STREAM = "application/octet-stream";

  private ErrorBody() {}

  /**
   * Returns the error that a report describes.
   *
   * @param errorType the error's type as the runtime reports it, null if it reports none
   * @param xrayCause the header with the cause, one character for each byte; null if there is none
   */
  static Reply.ReportedError of(
      @Nullable String errorType,
      Payload body,
      @Nullable String contentType,
      @Nullable String xrayCause) {
    if (!ERROR_CAUSE.equals(contentType)) {
      String cause =
          xrayCause == null ? null : ErrorCause.of(xrayCause.getBytes(StandardCharsets.ISO_8859_1));
      return new Reply.ReportedError(errorType, body, contentType, cause);
    }
    byte[] bytes = body.toByteArray();
    body.release();
    try {
      JsonNode posted = Json.parse(bytes);
      return new Reply.ReportedError(
          errorType,
          Payload.of(functionError(posted)),
          Answers.JSON,
          ErrorCause.of(JsonReader.member(posted, "errorCause")));
    } catch (IOException e) {
      return new Reply.ReportedError(
          errorType, Payload.of("\"Invalid error body\""), OCTET_STREAM, null);
    }
  }

  /**
   * Keeps the three members that callers may see.
   *
   * @throws IOException if the body is not an object, or a member has another type
   */
  private static byte[] functionError(JsonNode posted) throws IOException {
    if (!posted.isObject()) {
      throw new IOException("not an object");
    }
    JsonObject kept =
        new JsonObject()
            .put("errorMessage", Json.text(JsonReader.member(posted, "errorMessage")))
            .put("errorType", Json.text(JsonReader.member(posted, "errorType")));
    JsonNode stackTrace = JsonReader.member(posted, "stackTrace");
    if (!JsonReader.isAbsent(stackTrace) && !stackTrace.isArray()) {
      throw new IOException("stackTrace is not an array");
    }
    if (!stackTrace.isEmpty()) {
      List<String> lines = new ArrayList<>(stackTrace.size());
      for (JsonNode line : stackTrace) {
        lines.add(Json.text(line));
      }
      kept.putStrings("stackTrace", lines);
    }
    return kept.bytes();
  }

  /** Returns {@code application/json} for a body that is any JSON value, else octet-stream. */
  static String contentTypeOf(byte[] body) {
    try {
      return Json.parse(body).isMissingNode() ? OCTET_STREAM : Answers.JSON;
    } catch (IOException e) {
      return OCTET_STREAM;
    }
  }
}
