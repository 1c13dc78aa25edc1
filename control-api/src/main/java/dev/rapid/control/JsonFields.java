package dev.rapid.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.lambda.JsonReader;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that a client sent. Names match without regard to case, unknown
 * fields are ignored, null counts as absent, and nothing is converted: a number in quotes is a
 * field of the wrong type (contract lifecycle-and-control, section 3.2).
 */
final class JsonFields {

  /** As far away as "no deadline"; more would overflow the clock. */
  private static final long MAX_MILLIS = Duration.ofDays(365).toMillis();

  private final String path;
  private final Map<String, JsonNode> fields = new LinkedHashMap<>();

  private JsonFields(String path, JsonNode json) throws InvalidJsonException {
    this.path = path;
    if (json.isObject()) {
      json.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    } else if (!json.isNull()) {
      throw wrongType(path.isEmpty() ? "the body" : path, json, "an object");
    }
  }

  /**
   * Reads the only JSON value of {@code text}.
   *
   * @throws InvalidJsonException if it is anything but an object or null
   */
  static JsonFields of(String text) throws InvalidJsonException {
    try {
      return of(ControlJson.parse(text), "unexpected end of JSON input");
    } catch (JsonProcessingException e) {
      throw new InvalidJsonException(JsonReader.messageOf(e));
    }
  }

  /**
   * Reads the first JSON value of {@code text}; what follows it is ignored.
   *
   * @throws InvalidJsonException if it is anything but an object or null
   */
  static JsonFields ofFirst(String text) throws InvalidJsonException {
    try {
      return of(ControlJson.parseFirst(text), "EOF");
    } catch (JsonProcessingException e) {
      throw new InvalidJsonException(JsonReader.messageOf(e));
    }
  }

  private static JsonFields of(JsonNode json, String messageIfEmpty) throws InvalidJsonException {
    if (json.isMissingNode()) {
      throw new InvalidJsonException(messageIfEmpty);
    }
    return new JsonFields("", json);
  }

  /** Returns a text, null if it is absent. */
  @Nullable String text(String name) throws InvalidJsonException {
    JsonNode value = find(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrongType(path + name, value, "a string");
    }
    return value.textValue();
  }

  /** Checks that a field that is not used is a text or absent. */
  void checkText(String name) throws InvalidJsonException {
    String unused = text(name);
  }

  /** Returns a text, empty if it is absent. */
  String textOrEmpty(String name) throws InvalidJsonException {
    String text = text(name);
    return text == null ? "" : text;
  }

  /** Returns a whole number, 0 if it is absent. */
  long number(String name) throws InvalidJsonException {
    JsonNode value = find(name);
    if (value == null) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrongType(path + name, value, "a 64-bit integer");
    }
    return value.longValue();
  }

  /** Returns a duration in milliseconds; absent and negative ones are zero, the longest a year. */
  Duration millis(String name) throws InvalidJsonException {
    return Duration.ofMillis(Math.clamp(number(name), 0, MAX_MILLIS));
  }

  /** Returns a truth value, false if it is absent. */
  boolean flag(String name) throws InvalidJsonException {
    JsonNode value = find(name);
    if (value == null) {
      return false;
    }
    if (!value.isBoolean()) {
      throw wrongType(path + name, value, "a boolean");
    }
    return value.booleanValue();
  }

  /** Returns an RFC 3339 time, null if it is absent. */
  @Nullable Instant time(String name) throws InvalidJsonException {
    String text = text(name);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new InvalidJsonException("cannot read " + path + name + ": not an RFC 3339 time");
    }
  }

  /** Returns the fields of an object, none if it is absent. */
  JsonFields object(String name) throws InvalidJsonException {
    JsonNode value = find(name);
    return new JsonFields(path + name + ".", value == null ? ControlJson.object() : value);
  }

  /** Returns an object of texts, empty if it is absent. */
  Map<String, String> texts(String name) throws InvalidJsonException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object(name).fields.entrySet()) {
      JsonNode value = entry.getValue();
      if (!value.isTextual() && !value.isNull()) {
        throw wrongType(path + name + "." + entry.getKey(), value, "a string");
      }
      texts.put(entry.getKey(), value.isNull() ? "" : value.textValue());
    }
    return texts;
  }

  /** The last of several wins, as in the reference. */
  private @Nullable JsonNode find(String name) {
    JsonNode found = null;
    for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
      if (field.getKey().equalsIgnoreCase(name) && !field.getValue().isNull()) {
        found = field.getValue();
      }
    }
    return found;
  }

  private static InvalidJsonException wrongType(String what, JsonNode json, String wanted) {
    String kind = json.getNodeType().name().toLowerCase(Locale.ROOT);
    return new InvalidJsonException(
        "cannot read " + what + ": a " + kind + " instead of " + wanted);
  }
}
