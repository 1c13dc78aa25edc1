package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.EdgeType;
import java.io.IOException;

/** The members of an event and of a response that have the data. */
final class DataMembers {

  private DataMembers() {}

  /** Returns the name of the member with data of a type. */
  static String nameOf(EdgeType type) {
    return switch (type) {
      case STREAM -> "points";
      case BATCH -> "batches";
    };
  }

  /**
   * Checks the type of data.
   *
   * @param who the beginning of a sentence that says who has chosen the type
   */
  static void expect(JsonInput in, EdgeType wanted, EdgeType found, String who) throws IOException {
    if (wanted != found) {
      throw in.invalid("is not the data that is needed. " + who + " \"" + nameOf(wanted) + '"');
    }
  }
}
