package dev.rapid.fnrunner.server;

import java.util.concurrent.ThreadLocalRandom;

/** Ids of calls, for those that come without one: 26 characters that sort by time, as Fn's do. */
final class CallIds {

  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int TIME_LENGTH = 10;
  private static final int LENGTH = 26;
  private static final int BITS_PER_DIGIT = 5;

  private CallIds() {}

  /** Returns a new id. */
  static String next() {
    char[] id = new char[LENGTH];
    long time = System.currentTimeMillis();
    for (int i = TIME_LENGTH - 1; i >= 0; i--) {
      id[i] = DIGITS.charAt((int) (time % DIGITS.length()));
      time >>>= BITS_PER_DIGIT;
    }
    for (int i = TIME_LENGTH; i < LENGTH; i++) {
      id[i] = DIGITS.charAt(ThreadLocalRandom.current().nextInt(DIGITS.length()));
    }
    return new String(id);
  }
}
