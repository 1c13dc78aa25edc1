package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.EdgeType;
import java.util.Random;

/** Results of a function: right ones, ones that are wrong in one place, and rubbish. */
final class RandomResults {

  private static final String[] VALUES = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e400",
    "9223372036854775808",
    "1.5",
    "\"\"",
    "\"x\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "[]",
    "{}",
    "[[[[]]]]",
    "{\"double\":\"NaN\"}",
    "NaN",
    "\u00e9"
  };

  private static final String[] KEYS = {
    "points",
    "batches",
    "late",
    "meta",
    "time",
    "name",
    "tags",
    "fields",
    "ints",
    "tmax",
    "byName",
    "group",
    "dimensions",
    "database",
    "retentionPolicy",
    "size",
    "begin",
    "end",
    "error",
    ""
  };

  private final Random random;
  private final EdgeType provides;

  RandomResults(long seed, EdgeType provides) {
    this.random = new Random(seed);
    this.provides = provides;
  }

  /** Returns the next result; it need not be JSON. */
  String next() {
    return switch (random.nextInt(6)) {
      case 0 -> good();
      case 1 -> cut(good());
      case 2 -> spoilt(good());
      case 3 -> tree(0);
      case 4 -> noise();
      default -> anyOf(VALUES);
    };
  }

  private String good() {
    boolean streams = (provides == EdgeType.STREAM) == (random.nextInt(8) != 0);
    return streams
        ? "{\"points\":" + many(() -> point(true)) + "}"
        : "{\"batches\":" + many(this::batch) + "}";
  }

  private String batch() {
    return "{\"name\":\"b\",\"tags\":{\"t\":\""
        + random.nextInt(3)
        + "\"},\"points\":"
        + many(() -> point(false))
        + "}";
  }

  private String point(boolean named) {
    return "{"
        + (named ? "\"name\":\"p\"," : "")
        + "\"time\":"
        + random.nextInt()
        + ",\"fields\":{\"a\":1,\"b\":\"x\",\"c\":true},\"ints\":{\"d\":"
        + random.nextInt()
        + "}}";
  }

  private String many(java.util.function.Supplier<String> element) {
    StringBuilder array = new StringBuilder("[");
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      array.append(i == 0 ? "" : ",").append(element.get());
    }
    return array.append(']').toString();
  }

  private String cut(String json) {
    return json.substring(0, random.nextInt(json.length() + 1));
  }

  /** Replaces a part by a value. */
  private String spoilt(String json) {
    int from = random.nextInt(json.length());
    int to = Math.min(json.length(), from + 1 + random.nextInt(12));
    return json.substring(0, from) + anyOf(VALUES) + json.substring(to);
  }

  private String tree(int depth) {
    if (depth > 4 || random.nextInt(4) == 0) {
      return anyOf(VALUES);
    }
    StringBuilder members = new StringBuilder();
    boolean object = random.nextBoolean();
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      members.append(i == 0 ? "" : ",");
      if (object) {
        members.append('"').append(anyOf(KEYS)).append("\":");
      }
      members.append(tree(depth + 1));
    }
    return object ? "{" + members + "}" : "[" + members + "]";
  }

  private String noise() {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(30);
    for (int i = 0; i < length; i++) {
      text.append((char) random.nextInt(0x180));
    }
    return text.toString();
  }

  private String anyOf(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
