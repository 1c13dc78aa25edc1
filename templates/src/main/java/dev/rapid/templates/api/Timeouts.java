package dev.rapid.templates.api;

import dev.rapid.templates.document.ScalarNode;
import dev.rapid.templates.output.Section;
import dev.rapid.templates.stack.Properties;
import java.math.BigDecimal;

/** Time limits of integrations, which templates have in milliseconds. */
final class Timeouts {

  private Timeouts() {}

  /** Reads a property into {@code timeout}, in seconds. */
  static void read(Properties properties, String name, Section options) {
    Long milliseconds = properties.number(name);
    if (milliseconds != null) {
      BigDecimal seconds = BigDecimal.valueOf(milliseconds, 3).stripTrailingZeros();
      options.put(
          "timeout",
          properties.position(name),
          new ScalarNode(properties.position(name), seconds.toPlainString(), true));
    }
  }
}
