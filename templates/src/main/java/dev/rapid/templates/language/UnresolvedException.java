package dev.rapid.templates.language;

import dev.rapid.templates.document.Position;

/** A value that is not known here, or a function that is used in a wrong way. */
final class UnresolvedException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Position position;
  private final String reason;
  private final String advice;
  private final boolean wrong;

  private UnresolvedException(Position position, String reason, String advice, boolean wrong) {
    super(position + ": " + reason, null, false, false);
    this.position = position;
    this.reason = reason;
    this.advice = advice;
    this.wrong = wrong;
  }

  /** Returns an exception for a value that another place or another time may know. */
  static UnresolvedException unknown(Position position, String reason) {
    return unknown(position, reason, "");
  }

  /**
   * Returns an exception for a value that another place or another time may know.
   *
   * @param advice a sentence that says how to make it known, or empty
   */
  static UnresolvedException unknown(Position position, String reason, String advice) {
    return new UnresolvedException(position, reason, advice, false);
  }

  /** Returns an exception for a value that the user can give for a name. */
  static UnresolvedException unknownReference(Position position, String reason, String name) {
    return unknown(position, reason, "Give it with --reference " + name + "=VALUE");
  }

  /** Returns an exception for what is wrong, whatever the values are. */
  static UnresolvedException wrong(Position position, String reason) {
    return new UnresolvedException(position, reason, "", true);
  }

  Position position() {
    return position;
  }

  String reason() {
    return reason;
  }

  /** Returns how to make the value known, empty if there is no way. */
  String advice() {
    return advice;
  }

  /** Returns whether CloudFormation refuses it, whatever the values are. */
  boolean isWrong() {
    return wrong;
  }
}
