package dev.rapid.kapacitor.json;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The ids of groups as Kapacitor makes them (contract kapacitor-udf, section 5.6). */
final class GroupIds {

  private GroupIds() {}

  /** Returns the group of a point of a stream. */
  static String of(String name, boolean byName, List<String> dimensions, Map<String, String> tags) {
    if (dimensions.isEmpty()) {
      return byName ? name : "";
    }
    StringBuilder id = new StringBuilder();
    if (byName) {
      id.append(name).append('\n');
    }
    for (int i = 0; i < dimensions.size(); i++) {
      String dimension = dimensions.get(i);
      id.append(i == 0 ? "" : ",")
          .append(dimension)
          .append('=')
          .append(tags.getOrDefault(dimension, ""));
    }
    return id.toString();
  }

  /** Returns the group of a batch, whose dimensions are the sorted names of its tags. */
  static String ofBatch(String name, boolean byName, Map<String, String> tags) {
    return of(name, byName, Arrays.asList(SortedNames.of(tags)), tags);
  }
}
