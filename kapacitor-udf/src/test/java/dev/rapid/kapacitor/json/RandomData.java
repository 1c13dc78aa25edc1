package dev.rapid.kapacitor.json;

import dev.rapid.kapacitor.protocol.Point;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Points that a peer might send. */
final class RandomData {

  private static final String[] PARTS = {
    "a", "host", "é", "\ud83d\ude00", "\u0000", "\"", "\\", "\n", "=", ",", "/", "~", "\u2028", " "
  };
  private static final double[] DOUBLES = {
    0,
    -0.0,
    1,
    0.1,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    1e21,
    123456789012345680.0
  };

  private final Random random;

  RandomData(Random random) {
    this.random = random;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (int parts = random.nextInt(4); parts > 0; parts--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
    }
    return text.toString();
  }

  /** Returns a value whose number of digits is random, too. */
  long integer() {
    return random.nextLong() >> random.nextInt(64);
  }

  Map<String, String> tags() {
    Map<String, String> tags = new LinkedHashMap<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      tags.put(text(), text());
    }
    return tags;
  }

  /** Returns a point of a stream, with at most one type for each field. */
  Point streamPoint() {
    Point.Builder point = batchPoint().setName(text()).setDatabase(text());
    point.setRetentionPolicy(text()).setGroup(text()).setByName(random.nextBoolean());
    for (int count = random.nextInt(3); count > 0; count--) {
      point.addDimensions(text());
    }
    return point.build();
  }

  /** Returns a point of a batch, without the group. */
  Point.Builder batchPoint() {
    Point.Builder point = Point.newBuilder().setTime(integer()).putAllTags(tags());
    for (int count = random.nextInt(6); count > 0; count--) {
      // The number keeps the fields of different types apart.
      String name = text() + count;
      switch (random.nextInt(4)) {
        case 0 ->
            point.putFieldsDouble(
                name,
                random.nextBoolean()
                    ? DOUBLES[random.nextInt(DOUBLES.length)]
                    : Double.longBitsToDouble(random.nextLong()));
        case 1 -> point.putFieldsInt(name, integer());
        case 2 -> point.putFieldsString(name, text());
        default -> point.putFieldsBool(name, random.nextBoolean());
      }
    }
    return point;
  }
}
