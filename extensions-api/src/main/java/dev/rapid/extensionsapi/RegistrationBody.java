package dev.rapid.extensionsapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of the body of a registration (contract runtime-extensions-telemetry, section 3.3).
 */
final class RegistrationBody {

  private RegistrationBody() {}

  /**
   * Returns the events that a body asks for, in its order and unchecked.
   *
   * @throws IOException if it is malformed; the message is for the extension's author
   */
  static List<String> eventsOf(byte[] body) throws IOException {
    JsonNode posted = JsonReader.parse(body);
    if (posted.isMissingNode()) {
      throw new IOException("unexpected end of JSON input");
    }
    if (posted.isNull()) {
      return List.of();
    }
    if (!posted.isObject()) {
      throw new IOException("the body is not an object");
    }
    List<String> events = new ArrayList<>();
    for (JsonNode event : array(posted, "events")) {
      if (!event.isTextual()) {
        throw new IOException("events has an element that is not a string");
      }
      events.add(event.textValue());
    }
    if (!array(posted, "configurationKeys").isEmpty()) {
      throw new IOException("configurationKeys are deprecated; use environment variables instead");
    }
    return events;
  }

  /** Returns an array or, if it is absent or null, something without elements. */
  private static JsonNode array(JsonNode object, String name) throws IOException {
    JsonNode member = JsonReader.member(object, name);
    if (!member.isArray() && !JsonReader.isAbsent(member)) {
      throw new IOException(name + " is not an array");
    }
    return member;
  }
}
