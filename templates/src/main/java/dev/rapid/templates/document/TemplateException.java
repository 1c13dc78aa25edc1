package dev.rapid.templates.document;

import java.util.List;
import java.util.stream.Collectors;

/** A template that cannot be used. */
public final class TemplateException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * Creates an exception.
   *
   * @param problems at least one
   */
  public TemplateException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Creates an exception with one problem. */
  public TemplateException(Position position, String message) {
    this(List.of(Problem.at(position, message)));
  }

  /** Returns what is wrong, at least one problem. */
  public List<Problem> problems() {
    return problems;
  }
}
