package dev.rapid.telemetry.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Parses the answer to one HTTP request: its status, and whether the connection can be used again.
 * A body without an announced length is not read, and the connection cannot be used again.
 */
final class HttpAnswer {

  /** The largest head that is read, in bytes. */
  static final int MAX_HEAD_BYTES = 64 * 1024;

  /** The largest body that is read to keep the connection, in bytes. */
  static final int MAX_BODY_BYTES = 64 * 1024;

  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int FIRST_FINAL_STATUS = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final long NOT_TOLD = -1;

  private final StringBuilder head = new StringBuilder();
  private int status;
  private long bodyLeft;
  private boolean keepsConnection;

  /** Returns the final status, 0 if it has not arrived yet. */
  int status() {
    return status;
  }

  /** Returns whether the answer is complete. */
  boolean isComplete() {
    return status != 0 && bodyLeft == 0;
  }

  /** Returns whether another request can follow on the connection. */
  boolean keepsConnection() {
    return keepsConnection;
  }

  /**
   * Takes received bytes.
   *
   * @throws IOException if it is not HTTP
   */
  void add(ByteBuffer bytes) throws IOException {
    while (status == 0 && bytes.hasRemaining()) {
      head.append((char) (bytes.get() & 0xff));
      if (head.length() > MAX_HEAD_BYTES) {
        throw new IOException("the head of the answer is too long");
      }
      if (head.length() >= END_OF_HEAD.length()
          && head.indexOf(END_OF_HEAD, head.length() - END_OF_HEAD.length()) >= 0) {
        parse(head.toString());
        head.setLength(0);
      }
    }
    if (status != 0) {
      if (bytes.remaining() > bodyLeft) {
        keepsConnection = false;
      }
      bodyLeft = Math.max(0, bodyLeft - bytes.remaining());
    }
  }

  private void parse(String text) throws IOException {
    String[] lines = text.split("\r\n", -1);
    String[] words = lines[0].split(" ", 3);
    if (!words[0].startsWith("HTTP/1.") || words.length < 2 || !words[1].matches("[1-9][0-9]{2}")) {
      throw new IOException("the answer is not HTTP");
    }
    int told = Integer.parseInt(words[1]);
    if (told < FIRST_FINAL_STATUS) {
      return;
    }
    boolean keeps = words[0].equals("HTTP/1.1");
    long length = told == NO_CONTENT || told == NOT_MODIFIED ? 0 : NOT_TOLD;
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = lines[i].substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
      String value = lines[i].substring(colon + 1).strip();
      switch (name) {
        case "content-length" -> length = value.matches("[0-9]{1,9}") ? Long.parseLong(value) : -1;
        case "connection" -> keeps = keeps && !value.equalsIgnoreCase("close");
        default -> {}
      }
    }
    boolean read = length >= 0 && length <= MAX_BODY_BYTES;
    status = told;
    bodyLeft = read ? length : 0;
    keepsConnection = keeps && read;
  }
}
