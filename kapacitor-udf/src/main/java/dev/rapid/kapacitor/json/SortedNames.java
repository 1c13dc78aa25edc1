package dev.rapid.kapacitor.json;

import java.util.Arrays;
import java.util.Map;

/** The names of a map in the order of their characters, which JSON objects are written in. */
final class SortedNames {

  private static final String[] NONE = {};

  private SortedNames() {}

  static String[] of(Map<String, ?> values) {
    String[] names = values.keySet().toArray(NONE);
    if (names.length > 1) {
      Arrays.sort(names);
    }
    return names;
  }
}
