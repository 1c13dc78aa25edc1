package dev.rapid.gateway.route;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path of a route: literal segments, {@code {name}} for one segment, and {@code {name+}} for
 * the rest (contract http-front-door, section 1.1).
 */
final class RoutePattern {

  private enum Kind {
    GREEDY,
    VARIABLE,
    LITERAL
  }

  private record Segment(Kind kind, String text) {

    static Segment of(String text) {
      if (!text.startsWith("{") || !text.endsWith("}")) {
        return new Segment(Kind.LITERAL, text);
      }
      String name = text.substring(1, text.length() - 1);
      return name.endsWith("+")
          ? new Segment(Kind.GREEDY, name.substring(0, name.length() - 1))
          : new Segment(Kind.VARIABLE, name);
    }
  }

  private final List<Segment> segments;

  private RoutePattern(List<Segment> segments) {
    this.segments = List.copyOf(segments);
  }

  /** Reads a path that begins with a slash. */
  static RoutePattern parse(String path) {
    List<Segment> segments = new ArrayList<>();
    for (String text : segmentsOf(path)) {
      segments.add(Segment.of(text));
    }
    return new RoutePattern(segments);
  }

  /** Returns the segments of a path that begins with a slash; that of {@code /} is empty. */
  static String[] segmentsOf(String path) {
    return path.substring(1).split("/", -1);
  }

  /** Returns whether the last segment takes the rest of a path. */
  boolean isGreedy() {
    return segments.getLast().kind() == Kind.GREEDY;
  }

  /**
   * Matches a path.
   *
   * @param mayBeEmpty whether the last segment may stand for nothing, as in HTTP APIs
   * @return the values of the variables; null if the path does not match
   */
  @Nullable Map<String, String> match(String[] path, boolean mayBeEmpty) {
    int count = segments.size();
    if (path.length < count || (path.length > count && !isGreedy())) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      Segment segment = segments.get(i);
      String text = path[i];
      switch (segment.kind()) {
        case LITERAL -> {
          if (!segment.text().equals(text)) {
            return null;
          }
        }
        case VARIABLE -> {
          if (text.isEmpty() && !(mayBeEmpty && i == count - 1)) {
            return null;
          }
          values.put(segment.text(), text);
        }
        case GREEDY -> {
          String rest = String.join("/", List.of(path).subList(i, path.length));
          if (rest.isEmpty() && !mayBeEmpty) {
            return null;
          }
          values.put(segment.text(), rest);
        }
      }
    }
    return values;
  }

  /**
   * Returns a positive number if this is more specific than {@code other}, segment by segment from
   * the left: a literal one before a variable, a variable before the rest.
   */
  int compareSpecificity(RoutePattern other) {
    int common = Math.min(segments.size(), other.segments.size());
    for (int i = 0; i < common; i++) {
      int difference = segments.get(i).kind().compareTo(other.segments.get(i).kind());
      if (difference != 0) {
        return difference;
      }
    }
    return Integer.compare(segments.size(), other.segments.size());
  }
}
