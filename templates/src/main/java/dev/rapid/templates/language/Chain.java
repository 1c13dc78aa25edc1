package dev.rapid.templates.language;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/** What is being evaluated, each for the one before it. Finds values that need themselves. */
final class Chain {

  /** More are not evaluated for each other, so that the stack suffices. */
  private static final int LONGEST = 100;

  private final SequencedSet<String> names = new LinkedHashSet<>();

  /** Adds a name. Returns false if it is there already, or if the chain is too long. */
  boolean enter(String name) {
    return names.size() < LONGEST && names.add(name);
  }

  boolean contains(String name) {
    return names.contains(name);
  }

  void leave(String name) {
    names.remove(name);
  }

  /** Returns the names that lead from {@code name} to {@code name}. */
  String upTo(String name) {
    StringBuilder cycle = new StringBuilder();
    for (String each : names) {
      if (!cycle.isEmpty() || each.equals(name)) {
        cycle.append(each).append(" -> ");
      }
    }
    return cycle.append(name).toString();
  }
}
