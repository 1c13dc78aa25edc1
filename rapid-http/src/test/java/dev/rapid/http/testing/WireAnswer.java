package dev.rapid.http.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An answer as it was on the wire. */
public final class WireAnswer {

  private final String statusLine;
  private final List<String> headerLines;
  private final byte[] body;
  private final List<String> trailerLines;

  WireAnswer(String statusLine, List<String> headerLines, byte[] body, List<String> trailerLines) {
    this.statusLine = statusLine;
    this.headerLines = headerLines;
    this.body = body;
    this.trailerLines = trailerLines;
  }

  /** Returns the status code. */
  public int status() {
    return Integer.parseInt(statusLine.substring(9, 12));
  }

  /** Returns the protocol version, for example {@code HTTP/1.1}. */
  public String protocol() {
    return statusLine.substring(0, 8);
  }

  /** Returns the value of a header that must not occur twice, null if it is absent. */
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    if (values.size() > 1) {
      throw new AssertionError(name + " was sent more than once: " + values);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /** Returns all values of a header, decoded as UTF-8. */
  public List<String> headers(String name) {
    String prefix = name.toLowerCase(Locale.ROOT) + ":";
    return headerLines.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .map(value ->
            new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
        .toList();
  }

  /** Returns all header lines, in order. */
  public List<String> headerLines() {
    return headerLines;
  }

  /** Returns all lines behind the last chunk, in order; none if the body was not chunked. */
  public List<String> trailerLines() {
    return trailerLines;
  }

  /** Returns the body after transfer decoding. */
  public byte[] body() {
    return body.clone();
  }

  /** Returns the body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    String text = text();
    return statusLine
        + "\n"
        + String.join("\n", headerLines)
        + "\n\n"
        + text.substring(0, Math.min(text.length(), 300));
  }
}
