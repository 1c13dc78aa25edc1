package dev.rapid.azure.app;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A JSON file of an app or of a worker. Comments, commas at the end of a list and a byte order mark
 * are allowed, as in the files that Azure's tools write; names of members count in any case.
 *
 * @param path for messages
 * @param root what is in it
 */
public record JsonFile(Path path, ObjectNode root) {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /**
   * Reads a file.
   *
   * @throws InvalidAppException if it cannot be read, or is not a JSON object
   */
  public static JsonFile read(Path path) throws InvalidAppException {
    JsonFile file = readIfPresent(path);
    if (file == null) {
      throw new InvalidAppException(path + ": there is no such file");
    }
    return file;
  }

  /**
   * Reads a file, null if there is none.
   *
   * @throws InvalidAppException if it cannot be read, or is not a JSON object
   */
  public static @Nullable JsonFile readIfPresent(Path path) throws InvalidAppException {
    String text;
    try {
      // Decoded here, because Jackson would also take other encodings.
      text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new InvalidAppException(path + ": cannot be read: " + e);
    }
    return new JsonFile(path, parse(path.toString(), text));
  }

  private static ObjectNode parse(String place, String text) throws InvalidAppException {
    JsonNode parsed;
    try {
      parsed =
          MAPPER.readTree(
              text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text);
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      String position =
          location == null ? "" : ":" + location.getLineNr() + ":" + location.getColumnNr();
      throw new InvalidAppException(
          place + position + ": is not valid JSON: " + JsonReader.messageOf(e));
    }
    if (parsed instanceof ObjectNode object) {
      return object;
    }
    throw new InvalidAppException(place + ": must be a JSON object");
  }

  /** Returns a member of the object, null if it is missing or null. */
  public @Nullable JsonNode member(String name) {
    return member(root, name);
  }

  /** Returns a member of an object, null if it is missing or null. */
  public static @Nullable JsonNode member(JsonNode object, String name) {
    JsonNode member = JsonReader.member(object, name);
    return JsonReader.isAbsent(member) ? null : member;
  }

  /**
   * Returns a text of an object, null if it is missing.
   *
   * @throws InvalidAppException if it is something else
   */
  public @Nullable String text(JsonNode object, String name) throws InvalidAppException {
    JsonNode member = member(object, name);
    if (member == null) {
      return null;
    }
    if (!member.isTextual()) {
      throw invalid(name + " is " + member + " and must be a string");
    }
    return member.textValue();
  }

  /**
   * Returns a time of an object, null if it is missing.
   *
   * @throws InvalidAppException if it is something else
   */
  public @Nullable Duration time(JsonNode object, String name) throws InvalidAppException {
    JsonNode member = member(object, name);
    if (member == null) {
      return null;
    }
    Duration time = member.isTextual() ? TimeSpan.parse(member.textValue()) : null;
    if (time == null) {
      throw invalid(name + " is " + member + " and must be a time such as \"00:05:00\"");
    }
    return time;
  }

  /** Returns an exception that says what is wrong with the file. */
  public InvalidAppException invalid(String problem) {
    return new InvalidAppException(path + ": " + problem);
  }
}
