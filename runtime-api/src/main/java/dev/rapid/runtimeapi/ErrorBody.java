package dev.rapid.runtimeapi;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.sandbox.Reply;
import dev.rapid.http.Answers;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the body of an error report means (contract, section 1.4). */
final class ErrorBody {

  private static final String ERROR_CAUSE = "application/vnd.aws.lambda.error.cause+json";
  private static final String OCTET_STREAM = "application/octet-stream";

  private ErrorBody() {}

  static Reply.ReportedError of(String errorType, Payload body, @Nullable String contentType) {
    if (!ERROR_CAUSE.equals(contentType)) {
      return new Reply.ReportedError(errorType, body, contentType);
    }
    byte[] bytes = body.toByteArray();
    body.release();
    try {
      return new Reply.ReportedError(errorType, Payload.of(functionError(bytes)), Answers.JSON);
    } catch (IOException e) {
      return new Reply.ReportedError(errorType, Payload.of("\"Invalid error body\""), OCTET_STREAM);
    }
  }

  /**
   * Keeps the three members that callers may see.
   *
   * @throws IOException if the body is not an object, or a member has another type
   */
  private static byte[] functionError(byte[] body) throws IOException {
    JsonNode posted = Json.MAPPER.readTree(body);
    if (!posted.isObject()) {
      throw new IOException("not an object");
    }
    ObjectNode kept = Json.MAPPER.createObjectNode();
    kept.put("errorMessage", text(member(posted, "errorMessage")));
    kept.put("errorType", text(member(posted, "errorType")));
    JsonNode stackTrace = member(posted, "stackTrace");
    if (!isAbsent(stackTrace)) {
      if (!stackTrace.isArray()) {
        throw new IOException("stackTrace is not an array");
      }
      for (JsonNode line : stackTrace) {
        text(line);
      }
      if (!stackTrace.isEmpty()) {
        kept.set("stackTrace", stackTrace);
      }
    }
    return Json.MAPPER.writeValueAsBytes(kept);
  }

  /** Keys match exactly or else without regard to case (contract, section 0.2). */
  private static JsonNode member(JsonNode object, String name) {
    JsonNode member = object.path(name);
    if (member.isMissingNode()) {
      for (var property : object.properties()) {
        if (property.getKey().equalsIgnoreCase(name)) {
          member = property.getValue();
        }
      }
    }
    return member;
  }

  private static String text(JsonNode node) throws IOException {
    if (isAbsent(node)) {
      return "";
    }
    if (!node.isTextual()) {
      throw new IOException("not a string");
    }
    return node.textValue();
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /** Returns {@code application/json} for a body that is any JSON value, else octet-stream. */
  static String contentTypeOf(byte[] body) {
    try {
      return Json.MAPPER.readTree(body).isMissingNode() ? OCTET_STREAM : Answers.JSON;
    } catch (IOException e) {
      return OCTET_STREAM;
    }
  }

  /** Made when the first error is reported: most processes never need it. */
  private static final class Json {
    static final ObjectMapper MAPPER =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }
}
