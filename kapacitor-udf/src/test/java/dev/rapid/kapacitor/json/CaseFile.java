package dev.rapid.kapacitor.json;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.rapid.lambda.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Tables of cases beside the tests. */
final class CaseFile {

  private CaseFile() {}

  /** Returns the elements of the array in a file. */
  static Stream<JsonNode> objects(String file) {
    try {
      List<JsonNode> cases = new ArrayList<>();
      JsonReader.parse(bytes(file)).forEach(cases::add);
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the columns of each line that has any. */
  static Stream<List<String>> rows(String file) {
    return new String(bytes(file), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> Arrays.stream(line.split(" \\| ", -1)).map(String::strip).toList());
  }

  private static byte[] bytes(String file) {
    try (InputStream in = requireNonNull(CaseFile.class.getResourceAsStream(file), file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the message that text of protobuf's text format describes. */
  static <M extends Message> M message(String text, M type) {
    try {
      Message.Builder builder = type.newBuilderForType();
      TextFormat.merge(text, builder);
      @SuppressWarnings("unchecked")
      M message = (M) builder.build();
      return message;
    } catch (TextFormat.ParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
