package dev.rapid.templates.output;

import dev.rapid.templates.document.Position;
import java.util.List;

/**
 * A written document.
 *
 * @param text the YAML
 * @param origins for each line of the text, in order, the place that it comes from
 */
public record YamlText(String text, List<Position> origins) {

  /** Copies the list. */
  public YamlText {
    origins = List.copyOf(origins);
  }
}
