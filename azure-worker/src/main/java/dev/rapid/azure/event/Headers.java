package dev.rapid.azure.event;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Collects headers by their names in lower case. */
final class Headers {

  private static final String COOKIE = "cookie";

  private final Map<String, String> all = new LinkedHashMap<>();

  /** Adds a value, behind the others of this name. */
  void add(String name, String value) {
    String key = name.toLowerCase(Locale.ROOT);
    all.merge(key, value, (old, more) -> old + (key.equals(COOKIE) ? "; " : ",") + more);
  }

  /** Adds a value unless there is one. */
  void addIfAbsent(String name, String value) {
    all.putIfAbsent(name, value);
  }

  /** Returns the value of a name in lower case. */
  String getOrDefault(String name, String other) {
    return all.getOrDefault(name, other);
  }

  Map<String, String> all() {
    return all;
  }
}
