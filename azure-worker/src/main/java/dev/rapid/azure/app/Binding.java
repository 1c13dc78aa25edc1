package dev.rapid.azure.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A named value that goes into a function or comes out of it (contract azure-functions-worker,
 * section 1).
 *
 * @param name {@code $return} for the value that the function returns
 * @param type for example {@code queueTrigger}, in the case of its source
 * @param options all members as the app gives them, for example {@code route}
 */
public record Binding(
    String name, String type, Direction direction, DataType dataType, JsonNode options) {

  /** The name of the value that the function returns. */
  public static final String RETURN = "$return";

  private static final String TRIGGER = "trigger";

  /** Which way a value goes. */
  public enum Direction {
    IN,
    OUT,
    INOUT
  }

  /** The form that the app asks for. */
  public enum DataType {
    UNDEFINED,
    STRING,
    BINARY,
    STREAM
  }

  /** Returns whether the value starts the function. */
  public boolean isTrigger() {
    return direction != Direction.OUT && type.toLowerCase(Locale.ROOT).endsWith(TRIGGER);
  }

  /** Returns whether the type is this one in any case. */
  public boolean is(String otherType) {
    return type.equalsIgnoreCase(otherType);
  }
}
