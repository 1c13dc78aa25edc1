package dev.rapid.templates.language;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that was meant. */
final class Similar {

  private static final int FARTHEST = 2;

  private Similar() {}

  /** Returns {@code (did you mean 'X'?)} with a blank before it, or nothing. */
  static String hint(String name, Collection<String> known) {
    String nearest = null;
    int least = Math.min(FARTHEST, name.length() / 3) + 1;
    for (String each : known) {
      int distance = distance(name.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
      if (distance < least) {
        nearest = each;
        least = distance;
      }
    }
    return nearest == null ? "" : " (did you mean '" + nearest + "'?)";
  }

  /** Returns how many letters were added, left out, replaced or swapped. */
  private static int distance(String one, String other) {
    int[] beforeLast = new int[other.length() + 1];
    int[] last = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int[] row = new int[other.length() + 1];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = last[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[other.length()];
  }
}
