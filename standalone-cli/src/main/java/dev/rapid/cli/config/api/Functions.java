package dev.rapid.cli.config.api;

import dev.rapid.cli.config.value.Fields;
import dev.rapid.cli.config.value.Similar;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.gateway.api.FunctionTarget;
import java.util.List;

/**
 * The functions that routes and authorizers may name.
 *
 * @param names all names that functions answer to
 */
record Functions(List<String> names) {

  /**
   * Returns the function that a member names.
   *
   * @throws UsageException if it is not there or there is no such function
   */
  FunctionTarget target(Fields fields, String member) {
    String text = fields.needed(member);
    try {
      return target(text);
    } catch (IllegalArgumentException e) {
      throw fields.wrong(member, "'" + member + "': '" + text + "' " + e.getMessage());
    }
  }

  /**
   * Returns the function that a text names.
   *
   * @throws IllegalArgumentException if there is no such function; the message has no subject
   */
  FunctionTarget target(String text) {
    FunctionTarget target = FunctionTarget.parse(text);
    if (!names.contains(target.name())) {
      String nearest = Similar.to(target.name(), names);
      throw new IllegalArgumentException(
          "names no function"
              + (nearest == null
                  ? "; there are " + String.join(", ", names)
                  : "; is it " + nearest + "?"));
    }
    return target;
  }
}
