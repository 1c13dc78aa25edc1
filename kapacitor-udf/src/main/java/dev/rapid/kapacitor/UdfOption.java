package dev.rapid.kapacitor;

import java.math.BigDecimal;
import java.util.List;

/**
 * An option for an agent. What the agent declares decides of which type its arguments are (contract
 * kapacitor-udf, section 8.3).
 *
 * @param arguments in the order of the wire
 */
public record UdfOption(String name, List<Argument> arguments) {

  /** Copies the list. */
  public UdfOption {
    arguments = List.copyOf(arguments);
  }

  /** One argument, as the user wrote it. */
  public sealed interface Argument {

    /** A boolean of the configuration file. */
    record Flag(boolean value) implements Argument {}

    /**
     * A number of the configuration file.
     *
     * @param isInteger whether it was written without a fraction and an exponent
     */
    @SuppressWarnings("AvoidCommonTypeNames")
    record Number(BigDecimal value, boolean isInteger) implements Argument {}

    /** A text of the configuration file: a string or a duration. */
    record Text(String value) implements Argument {}

    /** A word of the command line, which may stand for any type. */
    record Word(String value) implements Argument {}
  }
}
