package dev.rapid.lambda;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Text inside JSON that is put together by hand, so that the order of its bytes is fixed. */
public final class JsonText {

  private JsonText() {}

  /** Returns {@code text} as a JSON string, with its quotes. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, quoted);
    return quoted.append('"').toString();
  }
}
