package dev.rapid.runtimeapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.lambda.JsonObject;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cause of an error for X-Ray: the valid part of what a runtime posted, shortened to the limit
 * (contract runtime-extensions-telemetry, section 5).
 */
final class ErrorCause {

  private static final Logger LOG = System.getLogger(ErrorCause.class.getName());

  /** The limit of the rendered cause. */
  static final int MAX_BYTES = 65_536;

  /** The limit of each text once everything else was removed. */
  static final int MAX_TEXT_BYTES = (MAX_BYTES - 4096) / 2;

  private static final String ELLIPSIS = "...";

  /** How many tenths of the lists are kept, tried in this order. */
  private static final int[] TENTHS = {8, 6, 4, 2};

  private record Frame(String path, long line, String label) {}

  private record Failure(String message, String type, List<Frame> stack) {}

  private final @Nullable List<Failure> exceptions;
  private final String workingDirectory;
  private final @Nullable List<String> paths;
  private final String message;

  private ErrorCause(
      @Nullable List<Failure> exceptions,
      String workingDirectory,
      @Nullable List<String> paths,
      String message) {
    this.exceptions = exceptions;
    this.workingDirectory = workingDirectory;
    this.paths = paths;
    this.message = message;
  }

  /**
   * Returns the valid and compacted cause.
   *
   * @param json what the runtime posted
   * @return null if it is not a valid cause, which is only logged
   */
  static @Nullable String of(String json) {
    try {
      return of(Json.parse(json));
    } catch (IOException e) {
      return dropped(e);
    }
  }

  /** Does the same for JSON in UTF-8; malformed UTF-8 is replaced. */
  static @Nullable String of(byte[] json) {
    return of(new String(json, StandardCharsets.UTF_8));
  }

  /** Does the same for a value that was parsed already; it may be missing. */
  static @Nullable String of(JsonNode json) {
    if (json.isMissingNode()) {
      return null;
    }
    try {
      return parsed(json).compacted();
    } catch (IOException e) {
      return dropped(e);
    }
  }

  private static @Nullable String dropped(IOException why) {
    LOG.log(Level.DEBUG, "The error cause for X-Ray is not valid: {0}", why.getMessage());
    return null;
  }

  // ------------------------------------------------------------------ reading

  /**
   * Reads a cause; members that are not known are dropped.
   *
   * @throws IOException if a member has the wrong type, or the cause is empty
   */
  private static ErrorCause parsed(JsonNode json) throws IOException {
    if (!json.isObject()) {
      throw new IOException("not an object");
    }
    ErrorCause cause =
        new ErrorCause(
            list(JsonReader.member(json, "exceptions"), ErrorCause::failure),
            Json.text(JsonReader.member(json, "working_directory")),
            list(JsonReader.member(json, "paths"), Json::text),
            Json.text(JsonReader.member(json, "message")));
    if (!cause.saysSomething()) {
      throw new IOException("nothing is said");
    }
    return cause;
  }

  private boolean saysSomething() {
    return !workingDirectory.isEmpty()
        || !message.isEmpty()
        || (paths != null && !paths.isEmpty())
        || (exceptions != null && !exceptions.isEmpty());
  }

  private interface Reader<T> {
    T read(JsonNode node) throws IOException;
  }

  private static <T> @Nullable List<T> list(JsonNode node, Reader<T> reader) throws IOException {
    if (JsonReader.isAbsent(node)) {
      return null;
    }
    if (!node.isArray()) {
      throw new IOException("not an array");
    }
    List<T> items = new ArrayList<>(node.size());
    for (JsonNode item : node) {
      items.add(reader.read(item));
    }
    return items;
  }

  private static Failure failure(JsonNode node) throws IOException {
    requireObject(node);
    List<Frame> stack = list(JsonReader.member(node, "stack"), ErrorCause::frame);
    return new Failure(
        Json.text(JsonReader.member(node, "message")),
        Json.text(JsonReader.member(node, "type")),
        stack == null ? List.of() : stack);
  }

  private static Frame frame(JsonNode node) throws IOException {
    requireObject(node);
    return new Frame(
        Json.text(JsonReader.member(node, "path")),
        number(JsonReader.member(node, "line")),
        Json.text(JsonReader.member(node, "label")));
  }

  /** A null item counts as one without members. */
  private static void requireObject(JsonNode node) throws IOException {
    if (!node.isObject() && !node.isNull()) {
      throw new IOException("not an object");
    }
  }

  private static long number(JsonNode node) throws IOException {
    if (JsonReader.isAbsent(node)) {
      return 0;
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new IOException("not an integer");
    }
    return node.longValue();
  }

  // ------------------------------------------------------------------ making it small

  private String compacted() {
    byte[] json = rendered();
    for (int i = 0; i < TENTHS.length && json.length > MAX_BYTES; i++) {
      json =
          new ErrorCause(
                  first(exceptions, TENTHS[i]), workingDirectory, first(paths, TENTHS[i]), message)
              .rendered();
    }
    if (json.length > MAX_BYTES) {
      json = new ErrorCause(null, cut(workingDirectory), null, cut(message)).rendered();
    }
    return new String(json, StandardCharsets.UTF_8);
  }

  private static <T> @Nullable List<T> first(@Nullable List<T> items, int tenths) {
    return items == null ? null : items.subList(0, (int) (items.size() * (long) tenths / 10));
  }

  /** Cuts a text to the limit, its end marked, without cutting a character in two. */
  private static String cut(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MAX_TEXT_BYTES) {
      return text;
    }
    int end = MAX_TEXT_BYTES - ELLIPSIS.length();
    while ((utf8[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8) + ELLIPSIS;
  }

  // ------------------------------------------------------------------ writing

  private byte[] rendered() {
    JsonObject json =
        new JsonObject()
            .putObjects("exceptions", objects(exceptions, ErrorCause::json))
            .put("working_directory", workingDirectory)
            .putStrings("paths", paths);
    putText(json, "message", message);
    return json.bytes();
  }

  private static <T> @Nullable List<JsonObject> objects(
      @Nullable List<T> items, Function<T, JsonObject> json) {
    return items == null ? null : items.stream().map(json).toList();
  }

  private static JsonObject json(Failure failure) {
    JsonObject json = new JsonObject();
    putText(json, "message", failure.message());
    putText(json, "type", failure.type());
    if (!failure.stack().isEmpty()) {
      json.putObjects("stack", objects(failure.stack(), ErrorCause::json));
    }
    return json;
  }

  private static JsonObject json(Frame frame) {
    JsonObject json = new JsonObject();
    putText(json, "path", frame.path());
    if (frame.line() != 0) {
      json.put("line", frame.line());
    }
    putText(json, "label", frame.label());
    return json;
  }

  private static void putText(JsonObject json, String name, String text) {
    if (!text.isEmpty()) {
      json.put(name, text);
    }
  }
}
