package dev.rapid.cli.reload;

/** What a change of a file concerns. */
public sealed interface Subject {

  /** The code of a function. */
  record Code(String function) implements Subject {}

  /** The settings of the program. */
  record Configuration() implements Subject {}
}
