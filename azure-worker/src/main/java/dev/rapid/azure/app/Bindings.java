package dev.rapid.azure.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.azure.app.Binding.DataType;
import dev.rapid.azure.app.Binding.Direction;
import dev.rapid.lambda.JsonReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks the bindings of one function, from {@code function.json} or from what its worker
 * says (contract azure-functions-worker, sections 6.2, 10.1 and 10.4). Words such as {@code in}
 * count in any case: Python's worker writes them in upper case.
 */
public final class Bindings {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9]{0,127}");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Bindings() {}

  /**
   * Reads the raw bindings of a worker, each of which is a JSON object.
   *
   * @throws InvalidAppException if they are none of a function; the message does not say of which
   */
  public static List<Binding> parse(List<String> rawBindings) throws InvalidAppException {
    List<JsonNode> read = new ArrayList<>();
    for (String raw : rawBindings) {
      try {
        read.add(MAPPER.readTree(raw));
      } catch (JsonProcessingException e) {
        throw new InvalidAppException(
            "binding " + (read.size() + 1) + " is not valid JSON: " + JsonReader.messageOf(e));
      }
    }
    return of(read);
  }

  /**
   * Reads bindings.
   *
   * @throws InvalidAppException if they are none of a function; the message does not say of which
   */
  static List<Binding> of(Iterable<JsonNode> described) throws InvalidAppException {
    List<Binding> bindings = new ArrayList<>();
    for (JsonNode each : described) {
      bindings.add(binding(each, "binding " + (bindings.size() + 1)));
    }
    check(bindings);
    return List.copyOf(bindings);
  }

  private static Binding binding(JsonNode described, String place) throws InvalidAppException {
    if (!described.isObject()) {
      throw new InvalidAppException(place + " is " + described + " and must be an object");
    }
    String name = text(described, "name", place);
    if (name == null || name.isEmpty()) {
      throw new InvalidAppException(place + " has no name");
    }
    String named = place + " (" + name + ")";
    String type = text(described, "type", named);
    if (type == null || type.isEmpty()) {
      throw new InvalidAppException(named + " has no type");
    }
    Direction direction =
        oneOf(Direction.class, text(described, "direction", named), Direction.IN, named);
    DataType dataType =
        oneOf(DataType.class, text(described, "dataType", named), DataType.UNDEFINED, named);
    if (name.equals(Binding.RETURN)) {
      if (direction != Direction.OUT) {
        throw new InvalidAppException(
            named + " is what the function returns, so its direction must be out");
      }
    } else if (!NAME.matcher(name).matches()) {
      throw new InvalidAppException(
          named + ": a name is a letter and at most 127 letters and digits, or $return");
    }
    return new Binding(name, type, direction, dataType, described);
  }

  private static @Nullable String text(JsonNode binding, String name, String place)
      throws InvalidAppException {
    JsonNode member = JsonFile.member(binding, name);
    if (member == null) {
      return null;
    }
    if (!member.isTextual()) {
      throw new InvalidAppException(
          place + ": " + name + " is " + member + " and must be a string");
    }
    return member.textValue();
  }

  private static <T extends Enum<T>> T oneOf(
      Class<T> words, @Nullable String word, T otherwise, String place) throws InvalidAppException {
    if (word == null || word.isEmpty()) {
      return otherwise;
    }
    for (T each : words.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(word)) {
        return each;
      }
    }
    String known =
        Arrays.stream(words.getEnumConstants())
            .map(each -> each.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw new InvalidAppException(place + ": '" + word + "' is none of " + known);
  }

  private static void check(List<Binding> bindings) throws InvalidAppException {
    if (bindings.isEmpty()) {
      throw new InvalidAppException("it has no bindings; one must be a trigger");
    }
    Set<String> names = new HashSet<>();
    for (Binding each : bindings) {
      if (!names.add(each.name().toLowerCase(Locale.ROOT))) {
        throw new InvalidAppException("two bindings have the name " + each.name());
      }
    }
    List<String> triggers =
        bindings.stream().filter(Binding::isTrigger).map(Binding::type).toList();
    if (triggers.isEmpty()) {
      throw new InvalidAppException(
          "it has no trigger; one binding with the direction in needs a type that ends in Trigger");
    }
    if (triggers.size() > 1) {
      throw new InvalidAppException("it has more than one trigger: " + String.join(", ", triggers));
    }
  }
}
