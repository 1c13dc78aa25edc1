package dev.rapid.telemetry.delivery;

/** How the records of a batch are separated on the wire. */
enum Framing {
  /** As the elements of one JSON array, which is the body of a request. */
  ARRAY("[", ",", "]"),
  /** Each on a line of its own. */
  LINES("", "\n", "\n");

  private final String opening;
  private final String separator;
  private final String closing;

  Framing(String opening, String separator, String closing) {
    this.opening = opening;
    this.separator = separator;
    this.closing = closing;
  }

  /** Returns what comes before a record, in ASCII. */
  String before(boolean first) {
    return first ? opening : separator;
  }

  /** Returns what comes after the last record, in ASCII. */
  String closing() {
    return closing;
  }
}
