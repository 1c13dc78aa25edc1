package dev.rapid.invokeapi.function;

import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * A name for a version, or for several of them that share its invocations.
 *
 * @param name up to 128 letters, digits, {@code -} and {@code _}; not only digits
 * @param version {@code $LATEST} or a number; gets what the weights leave
 * @param weights the share of other versions, each from 0 to 1 and together at most 1
 * @param description for people, may be empty
 * @param provisioned how many sandboxes of its version are initialised before there is work, 0 or
 *     more
 */
public record FunctionAlias(
    String name, String version, Map<String, Double> weights, String description, int provisioned) {

  private static final Pattern NAME = Pattern.compile("(?!^[0-9]+$)([a-zA-Z0-9-_]{1,128})");

  /** For sums of decimal fractions, which are not exact. */
  private static final double ROUNDING = 1e-9;

  /**
   * Checks the name and the weights.
   *
   * @throws IllegalArgumentException if one is wrong; the message is for people
   */
  public FunctionAlias {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The alias '"
              + name
              + "' is not up to 128 letters, digits, '-' or '_', of which one is no digit");
    }
    if (provisioned < 0) {
      throw new IllegalArgumentException(
          "The provisioned concurrency of alias '" + name + "' is negative");
    }
    double sum = 0;
    for (double weight : weights.values()) {
      if (!(weight >= 0 && weight <= 1)) {
        throw new IllegalArgumentException(
            "A weight of alias '" + name + "' is " + weight + ", not from 0 to 1");
      }
      sum += weight;
    }
    if (sum > 1 + ROUNDING) {
      throw new IllegalArgumentException("The weights of alias '" + name + "' are more than 1");
    }
    SequencedMap<String, Double> sorted = new TreeMap<>(weights);
    weights = Collections.unmodifiableMap(sorted);
  }

  /** Returns an alias of one version. */
  public static FunctionAlias of(String name, String version) {
    return new FunctionAlias(name, version, Map.of(), "", 0);
  }

  /** Returns the same with another number of provisioned sandboxes. */
  FunctionAlias withProvisioned(int sandboxes) {
    return new FunctionAlias(name, version, weights, description, sandboxes);
  }

  /**
   * Returns the version of one invocation.
   *
   * @param random returns a number from 0, inclusive, to 1, exclusive
   */
  String choose(DoubleSupplier random) {
    if (weights.isEmpty()) {
      return version;
    }
    double left = random.getAsDouble();
    for (Map.Entry<String, Double> each : weights.entrySet()) {
      left -= each.getValue();
      if (left < 0) {
        return each.getKey();
      }
    }
    return version;
  }
}
