package dev.rapid.conformance.kapacitor;

import java.util.Random;
import java.util.function.Supplier;

/**
 * What a function may return by mistake: JSON that is almost a result, and text that is almost
 * JSON.
 */
final class RandomResults {

  private static final String[] KEYS = {
    "points",
    "batches",
    "late",
    "meta",
    "name",
    "time",
    "tags",
    "fields",
    "ints",
    "group",
    "byName",
    "tmax",
    "dimensions",
    "database",
    "retentionPolicy",
    "size",
    "unknown"
  };
  private static final String[] WORDS = {
    "0",
    "-1",
    "1.5",
    "9223372036854775807",
    "9223372036854775808",
    "1e400",
    "true",
    "null",
    "\"\"",
    "\"x\"",
    "\"-5\"",
    "\"2262-04-12T00:00:00Z\"",
    "\"1970-01-01T00:00:00.000000001Z\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "{\"double\": \"NaN\"}",
    "{}",
    "[]",
    "-0.0"
  };

  private final Random random;

  RandomResults(long seed) {
    random = new Random(seed);
  }

  /** Returns the next one, without a line break. */
  String next() {
    String text = random.nextInt(4) == 0 ? value(3) : result();
    return random.nextInt(8) == 0 && !text.isEmpty()
        ? text.substring(0, random.nextInt(text.length()))
        : text;
  }

  private String result() {
    return "{\"" + (random.nextBoolean() ? "points" : "batches") + "\": " + list(this::thing) + "}";
  }

  /** A point or a batch of which about one key in eight is wrong. */
  private String thing() {
    StringBuilder text = new StringBuilder("{");
    add(text, "time", "" + random.nextInt(1000));
    add(text, "name", "\"m\"");
    if (random.nextBoolean()) {
      add(text, "fields", "{\"value\": " + random.nextInt(10) + "}");
    }
    if (random.nextBoolean()) {
      add(text, "points", list(() -> "{\"time\": 1, \"fields\": {\"value\": 1}}"));
    }
    if (random.nextInt(4) == 0) {
      add(text, pick(KEYS), value(2));
    }
    return text.append('}').toString();
  }

  private void add(StringBuilder text, String key, String value) {
    if (random.nextInt(8) == 0) {
      return;
    }
    text.append(text.length() > 1 ? ", \"" : "\"").append(key).append("\": ");
    text.append(random.nextInt(8) == 0 ? value(1) : value);
  }

  private String value(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return pick(WORDS);
    }
    return random.nextBoolean() ? list(() -> value(depth - 1)) : object(depth);
  }

  private String object(int depth) {
    StringBuilder text = new StringBuilder("{");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(text.length() > 1 ? ", \"" : "\"").append(pick(KEYS)).append("\": ");
      text.append(value(depth - 1));
    }
    return text.append('}').toString();
  }

  private String list(Supplier<String> element) {
    StringBuilder text = new StringBuilder("[");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(text.length() > 1 ? ", " : "").append(element.get());
    }
    return text.append(']').toString();
  }

  private String pick(String[] words) {
    return words[random.nextInt(words.length)];
  }
}
