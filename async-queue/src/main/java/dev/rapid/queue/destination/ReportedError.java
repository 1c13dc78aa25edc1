package dev.rapid.queue.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error that a function has reported, as clients of the Runtime API write it.
 *
 * @param type the member {@code errorType}, null if it has none
 * @param message the member {@code errorMessage}, null if it has none
 */
public record ReportedError(@Nullable String type, @Nullable String message) {

  private static final int MAX_LINE = 200;
  private static final Pattern LINE_BREAKS = Pattern.compile("[\\p{Cntrl}\\s]+");

  /** Reads an error; the members are null if it has another form. */
  public static ReportedError of(byte[] payload) {
    try {
      JsonNode error = JsonReader.parse(payload);
      return new ReportedError(text(error.path("errorType")), text(error.path("errorMessage")));
    } catch (IOException e) {
      return new ReportedError(null, null);
    }
  }

  private static @Nullable String text(JsonNode member) {
    return member.isTextual() && !member.textValue().isEmpty() ? member.textValue() : null;
  }

  /**
   * Returns it as one line for people, cut at {@value #MAX_LINE} characters.
   *
   * @param otherwise for an error of another form
   */
  public String line(String otherwise) {
    String text;
    if (type == null) {
      text = message == null ? otherwise : otherwise + ": " + message;
    } else {
      text = message == null ? type : type + ": " + message;
    }
    String line = LINE_BREAKS.matcher(text).replaceAll(" ").strip();
    if (line.length() <= MAX_LINE) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(MAX_LINE - 1)) ? MAX_LINE - 1 : MAX_LINE;
    return line.substring(0, end) + "...";
  }
}
