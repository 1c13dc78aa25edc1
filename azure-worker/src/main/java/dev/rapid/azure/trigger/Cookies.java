package dev.rapid.azure.trigger;

import com.google.protobuf.Timestamp;
import dev.rapid.azure.protocol.NullableString;
import dev.rapid.azure.protocol.RpcHttpCookie;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Cookies of a response as values of {@code Set-Cookie} (contract azure-functions-worker, section
 * 4.6).
 */
final class Cookies {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  /** What ends a value or an attribute, besides control characters and spaces. */
  private static final String SEPARATORS = "\",;\\";

  private static final int LAST_YEAR = 9999;

  private Cookies() {}

  static String headerOf(RpcHttpCookie cookie) {
    StringBuilder header =
        new StringBuilder(escape(cookie.getName(), "=" + SEPARATORS))
            .append('=')
            .append(escape(cookie.getValue(), SEPARATORS));
    if (cookie.getExpires().hasValue()) {
      addExpires(header, cookie.getExpires().getValue());
    }
    if (cookie.getMaxAge().hasValue()) {
      header.append("; Max-Age=").append((long) cookie.getMaxAge().getValue());
    }
    add(header, "Domain", cookie.getDomain());
    add(header, "Path", cookie.getPath());
    if (cookie.getSecure().getValue()) {
      header.append("; Secure");
    }
    if (cookie.getHttpOnly().getValue()) {
      header.append("; HttpOnly");
    }
    switch (cookie.getSameSite()) {
      case Lax -> header.append("; SameSite=Lax");
      case Strict -> header.append("; SameSite=Strict");
      case ExplicitNone -> header.append("; SameSite=None");
      case None, UNRECOGNIZED -> {}
    }
    return header.toString();
  }

  /** A moment that the header cannot name has no end. */
  private static void addExpires(StringBuilder header, Timestamp expires) {
    try {
      Instant moment = Instant.ofEpochSecond(expires.getSeconds());
      if (moment.atZone(ZoneOffset.UTC).getYear() <= LAST_YEAR) {
        header.append("; Expires=").append(DATE.format(moment));
      }
    } catch (DateTimeException e) {
      return;
    }
  }

  private static void add(StringBuilder header, String attribute, NullableString value) {
    if (!value.getValue().isEmpty()) {
      header.append("; ").append(attribute).append('=').append(escape(value.getValue(), ";"));
    }
  }

  private static String escape(String text, String separators) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && separators.indexOf(b) < 0) {
        escaped.append((char) b);
      } else {
        escaped.append(String.format("%%%02X", b));
      }
    }
    return escaped.toString();
  }
}
