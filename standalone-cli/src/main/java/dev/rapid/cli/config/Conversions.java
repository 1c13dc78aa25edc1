package dev.rapid.cli.config;

import dev.rapid.core.invocation.Payload;
import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.http.browser.AllowedHosts;
import dev.rapid.http.browser.AllowedOrigins;
import dev.rapid.invokeapi.wire.JsonBody;
import dev.rapid.lambda.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Converts texts to values. If a text is invalid, each method throws an {@link
 * IllegalArgumentException} whose message lacks its subject: "is not a number".
 */
final class Conversions {

  private static final String EMPTY_OBJECT = "{}";
  private static final String POSTGRESQL = "jdbc:postgresql:";
  private static final int ACCOUNT_DIGITS = 12;
  private static final int MAX_VERSION_DIGITS = 19;

  private Conversions() {}

  static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false");
    };
  }

  /** Returns the constant whose name is {@code text} in any case. */
  static <E extends Enum<E>> E constant(List<E> constants, String text) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < constants.size(); i++) {
      String name = constants.get(i).name().toLowerCase(Locale.ROOT);
      if (name.equals(text.toLowerCase(Locale.ROOT))) {
        return constants.get(i);
      }
      names.append(i == 0 ? "" : i == constants.size() - 1 ? " or " : ", ").append(name);
    }
    throw new IllegalArgumentException("is not " + names);
  }

  static HostPort address(String text) {
    HostPort address = HostPort.parse(text);
    if (address.host().isEmpty()) {
      throw new IllegalArgumentException(
          "has no host; write 127.0.0.1"
              + text
              + " for this machine or 0.0.0.0"
              + text
              + " for all networks");
    }
    return address;
  }

  static String hostName(String text) {
    String name = text.startsWith("*.") ? text.substring(2) : text;
    boolean any = text.equals(AllowedHosts.ANY);
    if (!any && (name.isEmpty() || !name.chars().allMatch(Conversions::isOfHostName))) {
      throw new IllegalArgumentException(
          "is not a host name like lambda.example.com, without scheme and port");
    }
    return text;
  }

  private static boolean isOfHostName(int c) {
    return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  }

  static String origin(String text) {
    int authority = text.indexOf("://");
    boolean any = text.equals(AllowedOrigins.ANY);
    if (!any && (authority <= 0 || text.indexOf('/', authority + 3) >= 0 || text.endsWith("/"))) {
      throw new IllegalArgumentException("is not an origin like https://example.com, without path");
    }
    return text;
  }

  static URI url(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // The message below has an example of a URL.
    }
    throw new IllegalArgumentException("is not a URL, for example http://127.0.0.1:8080");
  }

  /** Returns {@code $LATEST} or a number. */
  static String publishedVersion(String text) {
    if (!text.equals("$LATEST")
        && !(HostPort.isNumber(text) && text.length() <= MAX_VERSION_DIGITS)) {
      throw new IllegalArgumentException("is neither $LATEST nor a number");
    }
    return text;
  }

  static String accountId(String text) {
    if (text.length() != ACCOUNT_DIGITS || !HostPort.isNumber(text)) {
      throw new IllegalArgumentException("is not " + ACCOUNT_DIGITS + " digits");
    }
    return text;
  }

  static Duration seconds(String text, Option.Range range) {
    Duration duration = Checks.seconds(text);
    if (duration.compareTo(Duration.ofSeconds(range.least())) < 0
        || duration.compareTo(Duration.ofSeconds(range.most())) > 0) {
      throw new IllegalArgumentException(
          "is not between " + range.least() + " and " + range.most() + " seconds");
    }
    return duration;
  }

  /** Returns the name and the value of {@code NAME=VALUE}. */
  static Map.Entry<String, String> variable(String text) {
    int equals = text.indexOf('=');
    if (equals <= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("is not NAME=VALUE");
    }
    return Map.entry(text.substring(0, equals).strip(), text.substring(equals + 1));
  }

  /** Returns a word of a command. */
  static String word(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("has the character 0");
    }
    return text;
  }

  /** Returns an existing directory, absolute. */
  static Path directory(String text, ProcessContext context) {
    Path path = context.directory().resolve(text).normalize();
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException("is not a directory");
    }
    return path;
  }

  /** Returns a directory, absolute, which need not exist. */
  static Path newDirectory(String text, ProcessContext context) {
    Path path = context.directory().resolve(text).normalize();
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new IllegalArgumentException("is not a directory");
    }
    return path;
  }

  /** Returns the URL of a PostgreSQL database for JDBC. */
  static String databaseUrl(String text) {
    if (!text.startsWith(POSTGRESQL) || text.length() == POSTGRESQL.length()) {
      throw new IllegalArgumentException(
          "is not a URL like jdbc:postgresql://127.0.0.1:5432/rapid?user=rapid");
    }
    if (hasPassword(text)) {
      throw new IllegalArgumentException(
          "has a password, which logs would show; put it into the environment variable "
              + AsyncOptions.QUEUE_PASSWORD.variable());
    }
    return text;
  }

  /** Returns whether a URL of a database has a password, under any of its names. */
  static boolean hasPassword(String url) {
    return url.toLowerCase(Locale.ROOT).contains("password=");
  }

  /** Returns a directory, or a file that is an archive of code; absolute. */
  static Path code(String text, ProcessContext context) {
    Path path = context.directory().resolve(text).normalize();
    if (Files.isDirectory(path)) {
      return path;
    }
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException("is neither a directory nor a file");
    }
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".zip") && !name.endsWith(".jar")) {
      throw new IllegalArgumentException(
          "is a file, but no .zip or .jar; name its directory instead");
    }
    return path;
  }

  /** Returns the name of a managed runtime, which need not be a known one. */
  static String runtime(String text) {
    boolean fine =
        !text.isEmpty()
            && text.charAt(0) >= 'a'
            && text.charAt(0) <= 'z'
            && text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || isDigitOrDot(c));
    if (!fine) {
      throw new IllegalArgumentException("is not a runtime like python3.13 or nodejs22.x");
    }
    return text;
  }

  private static boolean isDigitOrDot(int c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  /** Returns another name of a function, which may have the names of stacks before it. */
  static String otherName(String text) {
    if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("is not a name without blanks");
    }
    return text;
  }

  /** Returns a payload, which is JSON: the text itself, {@code @} and a file, or stdin. */
  static byte[] payload(String text, ProcessContext context) {
    if (text.equals(EMPTY_OBJECT)) {
      // The default, which need not load a parser.
      return text.getBytes(StandardCharsets.UTF_8);
    }
    byte[] payload;
    try {
      if (text.equals("-")) {
        payload = context.stdin().readNBytes(Limits.MAX_REQUEST_BYTES + 1);
      } else if (text.startsWith("@")) {
        payload = TextFiles.read(text.substring(1), Limits.MAX_REQUEST_BYTES + 1, context);
      } else {
        payload = text.getBytes(StandardCharsets.UTF_8);
      }
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException("cannot be read: " + FileFaults.reason(e), e);
    }
    payload = TextFiles.withoutByteOrderMark(payload);
    if (payload.length > Limits.MAX_REQUEST_BYTES) {
      throw new IllegalArgumentException(
          "is more than the " + Limits.MAX_REQUEST_BYTES + " bytes that an event may have");
    }
    String fault = payload.length == 0 ? null : JsonBody.shortFaultOf(Payload.of(payload));
    if (fault != null) {
      throw new IllegalArgumentException("is not JSON: " + fault);
    }
    return payload.length == 0 ? EMPTY_OBJECT.getBytes(StandardCharsets.UTF_8) : payload;
  }
}
