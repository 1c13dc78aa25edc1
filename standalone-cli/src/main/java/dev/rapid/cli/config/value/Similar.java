package dev.rapid.cli.config.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the most similar word to a mistyped one. */
public final class Similar {

  private Similar() {}

  /** Returns the nearest of {@code words}, or null if none is near. */
  public static @Nullable String to(String typed, List<String> words) {
    String nearest = null;
    int least = Math.max(2, typed.length() / 3) + 1;
    for (String word : words) {
      int distance = distance(typed, word);
      if (distance < least) {
        least = distance;
        nearest = word;
      }
    }
    return nearest;
  }

  /** Returns the edit distance: the letters that must be inserted, deleted or replaced. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
