package dev.rapid.extensionsapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the body of a registration says (contract, section 3.3). */
final class RegistrationBody {

  private RegistrationBody() {}

  /**
   * Returns the events that a body asks for, in its order and unchecked.
   *
   * @throws IOException if it is not what it should be; the message is for the extension's author
   */
  static List<String> eventsOf(byte[] body) throws IOException {
    JsonNode posted = parse(body);
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

  private static JsonNode parse(byte[] body) throws IOException {
    try {
      // Decoded here, because Jackson would also take other encodings.
      return Json.MAPPER.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException(e.getOriginalMessage(), e);
    }
  }

  /** Returns an array or, if it is absent or null, something without elements. */
  private static JsonNode array(JsonNode object, String name) throws IOException {
    JsonNode member = member(object, name);
    if (!member.isArray() && !member.isMissingNode() && !member.isNull()) {
      throw new IOException(name + " is not an array");
    }
    return member;
  }

  /** Keys match exactly or else without regard to case, the last of them (section 0.2). */
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

  /** Made when the first extension registers: most processes never need it. */
  private static final class Json {
    static final ObjectMapper MAPPER =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  }
}
