package dev.rapid.templates.document;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Collects warnings and errors, each once, in the order of their discovery. */
public final class Problems {

  private final SequencedSet<Problem> warnings = new LinkedHashSet<>();
  private final SequencedSet<Problem> errors = new LinkedHashSet<>();

  /** Adds a problem that leaves the template usable. The message says what is used instead. */
  public void warn(Position position, String message) {
    warnings.add(Problem.at(position, message));
  }

  /** Adds a problem that makes the template unusable. */
  public void error(Position position, String message) {
    errors.add(Problem.at(position, message));
  }

  /** Returns the warnings so far. */
  public List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns the errors so far. */
  public List<Problem> errors() {
    return List.copyOf(errors);
  }

  /**
   * Does nothing if there are no errors.
   *
   * @throws TemplateException with all errors so far
   */
  public void throwIfErrors() throws TemplateException {
    if (!errors.isEmpty()) {
      throw new TemplateException(errors());
    }
  }
}
