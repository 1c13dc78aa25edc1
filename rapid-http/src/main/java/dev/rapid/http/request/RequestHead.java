package dev.rapid.http.request;

import io.undertow.util.NetworkUtils;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of requests, one after the other, and decides what is a request at all: the one
 * place for the rules of RFC 9112 about request lines, header lines and the framing of bodies.
 *
 * <p>A head is scanned once, however it is cut by the network. When it is complete it is rewritten
 * in place to a head that the parser behind this one never refuses: the target, which is kept here,
 * becomes {@code /}, and the header that frames the body is left out.
 */
final class RequestHead {

  /** The announced length of a body that is sent in chunks. */
  static final long CHUNKED = -1;

  private enum State {
    START,
    METHOD,
    TARGET,
    VERSION,
    REQUEST_LINE_END,
    LINE_START,
    NAME,
    VALUE,
    LINE_END,
    HEAD_END
  }

  private static final int TOKEN = 1;
  private static final int FIELD_VALUE = 2;
  private static final int TARGET = 4;
  private static final int HOST_NAME = 8;
  private static final byte[] KINDS = kinds();

  private static final String VERSION_PREFIX = "HTTP/1.";
  private static final int VERSION_LENGTH = VERSION_PREFIX.length() + 1;
  private static final int MAX_METHOD_LENGTH = 32;
  private static final int MAX_LENGTH_DIGITS = 18;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_HEADERS = 4096;

  private final int maxBytes;

  // Offsets count from the first byte of the head, empty lines before it included.
  private State state = State.START;
  private int scanned;
  private int start;
  private int targetStart;
  private int targetEnd;
  private int versionStart;
  private int lineStart;
  private int lines;
  private int valueStart;
  private int framingStart;
  private int framingEnd;

  private boolean complete;
  private boolean nonAscii;
  private boolean http11;
  private boolean http10;
  private boolean isHead;
  private boolean isConnect;
  private boolean isOptions;
  private @Nullable String host;
  private @Nullable String authority;
  private String path = "";
  private String query = "";
  private long bodyLength;
  private boolean framed;
  private boolean expectsContinue;
  private @Nullable RequestFault fault;

  RequestHead(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[256];
    for (int c = 0; c < kinds.length; c++) {
      boolean letterOrDigit =
          (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
        kinds[c] |= TOKEN;
      }
      if (letterOrDigit || "-._~!$&'()*+,;=".indexOf(c) >= 0) {
        kinds[c] |= HOST_NAME;
      }
      if (c > ' ' && c != 0x7f) {
        kinds[c] |= TARGET | FIELD_VALUE;
      }
    }
    kinds[' '] |= FIELD_VALUE;
    kinds['\t'] |= FIELD_VALUE;
    return kinds;
  }

  // ------------------------------------------------------------------ what was read

  /** Returns how many bytes of the head were scanned; all of it if it is complete. */
  int scannedBytes() {
    return scanned;
  }

  /** Returns what is wrong with the head, null if nothing is. */
  @Nullable RequestFault fault() {
    return fault;
  }

  /** Returns the path as it was sent, UTF-8 decoded; empty if the request line is at fault. */
  String path() {
    return path;
  }

  /** Returns the query as it was sent, UTF-8 decoded; empty if there is none. */
  String query() {
    return query;
  }

  /** Returns the announced length of the body, {@link #CHUNKED} if it has none of its own. */
  long bodyLength() {
    return bodyLength;
  }

  /** Returns whether the client waits for 100 before it sends the body. */
  boolean expectsContinue() {
    return expectsContinue && http11 && bodyLength != 0;
  }

  /** Returns whether the answer has no body. */
  boolean isHead() {
    return isHead;
  }

  /** Returns whether the request, as far as it is known, is one of HTTP/1.0. */
  boolean isHttp10() {
    return http10;
  }

  /** Forgets everything, for the next request. */
  void reset() {
    state = State.START;
    scanned = 0;
    start = 0;
    lines = 0;
    versionStart = 0;
    framingStart = 0;
    framingEnd = 0;
    complete = false;
    nonAscii = false;
    http11 = false;
    http10 = false;
    isHead = false;
    host = null;
    authority = null;
    path = "";
    query = "";
    bodyLength = 0;
    framed = false;
    expectsContinue = false;
    fault = null;
  }

  /** Refuses the head because it is not complete yet, unless it is. */
  void giveUp() {
    if (!complete && fault == null) {
      fault =
          new RequestFault(
              StatusCodes.REQUEST_TIME_OUT, "The request line and headers took too long");
    }
  }

  // ------------------------------------------------------------------ scanning

  /**
   * Scans what was not scanned yet.
   *
   * @param in begins with the first byte of the head; its position does not change
   * @return whether the head is complete, or wrong
   */
  boolean scan(ByteBuffer in) {
    int base = in.position();
    int end = Math.min(in.limit(), base + maxBytes + 1);
    int at = base + scanned;
    while (at < end && fault == null) {
      byte b = in.get(at);
      switch (state) {
        case START -> {
          if (b != '\r' && b != '\n') {
            start = at - base;
            state = State.METHOD;
            continue;
          }
        }
        case METHOD -> {
          if (b == ' ') {
            methodEnded(in, base, at);
          } else if (!is(TOKEN, b)) {
            fault = RequestFault.malformed("The request does not begin with a method");
          }
        }
        case TARGET -> {
          if (b == ' ') {
            targetEnded(in, base, at);
          } else if (!is(TARGET, b)) {
            fault =
                RequestFault.malformed("The request target has a character that must be escaped");
          } else {
            nonAscii |= b < 0;
          }
        }
        case VERSION -> {
          if (b == '\r') {
            versionEnded(in, base, at);
          } else if (at - base - versionStart > VERSION_LENGTH) {
            fault = RequestFault.malformed("The request line does not end with a version of HTTP");
          }
        }
        case REQUEST_LINE_END, LINE_END -> {
          if (b == '\n') {
            state = State.LINE_START;
            lineStart = at + 1 - base;
          } else {
            fault = badLine();
          }
        }
        case LINE_START -> {
          if (b == '\r') {
            state = State.HEAD_END;
          } else if (is(TOKEN, b)) {
            state = State.NAME;
          } else {
            fault = badLine();
          }
        }
        case NAME -> {
          if (b == ':') {
            valueStart = at + 1 - base;
            state = State.VALUE;
          } else if (!is(TOKEN, b)) {
            fault = badLine();
          }
        }
        case VALUE -> {
          while (is(FIELD_VALUE, b) && ++at < end) {
            b = in.get(at);
          }
          if (at == end) {
            continue;
          }
          if (b == '\r') {
            lineEnded(in, base, at);
            state = State.LINE_END;
          } else {
            fault = badLine();
          }
        }
        case HEAD_END -> {
          if (b == '\n') {
            complete = true;
            scanned = at + 1 - base;
            if (scanned > maxBytes) {
              fault = RequestFault.tooLarge(maxBytes);
            } else {
              ended();
            }
            return true;
          }
          fault = badLine();
        }
      }
      at++;
    }
    scanned = at - base;
    if (fault == null && scanned > maxBytes) {
      fault = RequestFault.tooLarge(maxBytes);
    }
    return fault != null;
  }

  /** Returns whether a name of a method, header or trailer may have {@code b}. */
  static boolean isToken(byte b) {
    return is(TOKEN, b);
  }

  private static boolean is(int kind, byte b) {
    return (KINDS[b & 0xff] & kind) != 0;
  }

  private static RequestFault badLine() {
    return RequestFault.malformed("A header line is malformed");
  }

  private void methodEnded(ByteBuffer in, int base, int at) {
    int from = base + start;
    int length = at - from;
    if (length == 0 || length > MAX_METHOD_LENGTH) {
      fault = RequestFault.malformed("The request does not begin with a method");
      return;
    }
    for (int i = from; i < at; i++) {
      byte b = in.get(i);
      if (b >= 'a' && b <= 'z') {
        // The parser behind takes 'post' for POST.
        fault = RequestFault.malformed("Methods are written in upper case");
        return;
      }
    }
    isHead = matches(in, from, length, "HEAD");
    isConnect = matches(in, from, length, "CONNECT");
    isOptions = matches(in, from, length, "OPTIONS");
    targetStart = at + 1 - base;
    state = State.TARGET;
  }

  private void targetEnded(ByteBuffer in, int base, int at) {
    targetEnd = at - base;
    byte[] bytes = new byte[targetEnd - targetStart];
    in.get(base + targetStart, bytes);
    String text =
        new String(bytes, nonAscii ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    versionStart = at + 1 - base;
    state = State.VERSION;
    if (text.startsWith("/")) {
      splitPath(text);
    } else if (isConnect || (isOptions && text.equals("*"))) {
      path = text;
    } else {
      splitAbsolute(text);
    }
  }

  private void splitPath(String text) {
    int question = text.indexOf('?');
    path = question < 0 ? text : text.substring(0, question);
    query = question < 0 ? "" : text.substring(question + 1);
  }

  private void splitAbsolute(String text) {
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      fault = RequestFault.malformed("The request target is neither a path nor a URL");
      return;
    }
    int from = colon + 3;
    int end = from;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
      end++;
    }
    authority = text.substring(from, end);
    String rest = text.substring(end);
    splitPath(rest.startsWith("/") ? rest : "/" + rest);
  }

  private void versionEnded(ByteBuffer in, int base, int at) {
    int from = base + versionStart;
    byte minor = at - from == VERSION_LENGTH ? in.get(at - 1) : 0;
    if (minor < '0' || minor > '9') {
      fault = RequestFault.malformed("The request line does not end with a version of HTTP");
    } else if (matches(in, from, VERSION_PREFIX.length(), VERSION_PREFIX)) {
      http11 = minor != '0';
      http10 = !http11;
      state = State.REQUEST_LINE_END;
    } else if (matches(in, from, "HTTP/".length(), "HTTP/")) {
      fault =
          new RequestFault(
              StatusCodes.HTTP_VERSION_NOT_SUPPORTED, "Only HTTP/1.1 and HTTP/1.0 are supported");
    } else {
      fault = RequestFault.malformed("The request line does not end with a version of HTTP");
    }
  }

  private static boolean matches(ByteBuffer in, int from, int length, String text) {
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.get(from + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Compares a name without regard to case; {@code lower} has small letters and hyphens. */
  private static boolean isNamed(ByteBuffer in, int from, String lower) {
    for (int i = 0; i < lower.length(); i++) {
      if ((in.get(from + i) | 0x20) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  // ------------------------------------------------------------------ header lines

  private void lineEnded(ByteBuffer in, int base, int at) {
    if (++lines > MAX_HEADERS) {
      fault =
          new RequestFault(
              StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "A request must not have more than " + MAX_HEADERS + " headers");
      return;
    }
    int from = base + lineStart;
    switch (valueStart - 1 - lineStart) {
      case 4 -> {
        if (isNamed(in, from, "host")) {
          hostEnded(valueOf(in, base, at));
        }
      }
      case 6 -> {
        if (isNamed(in, from, "expect")) {
          expectsContinue = valueOf(in, base, at).equalsIgnoreCase("100-continue");
        }
      }
      case 14 -> {
        if (isNamed(in, from, "content-length")) {
          frame(base, at);
          bodyLength = lengthOf(valueOf(in, base, at));
        }
      }
      case 17 -> {
        if (isNamed(in, from, "transfer-encoding")) {
          frame(base, at);
          codingEnded(valueOf(in, base, at));
        }
      }
      default -> {}
    }
  }

  private String valueOf(ByteBuffer in, int base, int at) {
    byte[] bytes = new byte[at - base - valueStart];
    in.get(base + valueStart, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1).trim();
  }

  /** A body has one header that frames it: several are how requests are smuggled. */
  private void frame(int base, int at) {
    if (framed) {
      fault =
          RequestFault.malformed("Content-Length and Transfer-Encoding are allowed once, not both");
    }
    framed = true;
    framingStart = lineStart;
    framingEnd = at + 2 - base;
  }

  private long lengthOf(String value) {
    boolean digits = !value.isEmpty() && value.length() <= MAX_LENGTH_DIGITS;
    for (int i = 0; digits && i < value.length(); i++) {
      digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    if (!digits) {
      fault = RequestFault.malformed("Content-Length is not a number of bytes");
      return 0;
    }
    return Long.parseLong(value);
  }

  private void codingEnded(String value) {
    if (!value.equalsIgnoreCase("chunked")) {
      fault =
          new RequestFault(
              StatusCodes.NOT_IMPLEMENTED, "The only transfer coding of requests is chunked");
    } else if (!http11) {
      fault = RequestFault.malformed("HTTP/1.0 has no transfer codings");
    }
    bodyLength = CHUNKED;
  }

  private void hostEnded(String value) {
    if (host != null) {
      fault = RequestFault.malformed("The header Host is allowed once");
    } else if (!isHost(value)) {
      fault = RequestFault.malformed("The header Host is malformed");
    }
    host = value;
  }

  private static boolean isHost(String value) {
    int colon = value.lastIndexOf(':');
    boolean literal = value.startsWith("[");
    if (literal && colon < value.indexOf(']')) {
      colon = -1;
    }
    if (colon >= 0 && !isPort(value, colon + 1)) {
      return false;
    }
    String name = colon < 0 ? value : value.substring(0, colon);
    return literal ? isAddressLiteral(name) : isHostName(name);
  }

  private static boolean isPort(String value, int from) {
    int port = 0;
    for (int i = from; i < value.length(); i++) {
      char c = value.charAt(i);
      port = c < '0' || c > '9' ? MAX_PORT + 1 : Math.min(port, MAX_PORT) * 10 + c - '0';
    }
    return port > 0 && port <= MAX_PORT;
  }

  private static boolean isAddressLiteral(String name) {
    return name.endsWith("]") && AddressLiteral.isIpv6(name.substring(1, name.length() - 1));
  }

  private static boolean isHostName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '%' && i + 2 < name.length()) {
        if (Character.digit(name.charAt(i + 1), 16) < 0
            || Character.digit(name.charAt(i + 2), 16) < 0) {
          return false;
        }
        i += 2;
      } else if (c > 0x7f || !is(HOST_NAME, (byte) c)) {
        return false;
      }
    }
    return true;
  }

  /** Loaded when the first IPv6 address literal is checked. */
  private static final class AddressLiteral {

    private static final Pattern IPV6 = Pattern.compile(NetworkUtils.IP6_EXACT);

    static boolean isIpv6(String text) {
      return IPV6.matcher(text).matches();
    }
  }

  private void ended() {
    String named = authority;
    if (http11 && host == null) {
      fault = RequestFault.malformed("The header Host is missing");
    } else if (named != null && host != null && !named.equalsIgnoreCase(host)) {
      fault = RequestFault.malformed("The header Host disagrees with the request target");
    }
  }

  // ------------------------------------------------------------------ rewriting

  /**
   * Rewrites a complete head without a fault in place.
   *
   * @param in begins with the first byte of the head; afterwards with the first of the new one
   * @return how many bytes the new head has
   */
  int rewrite(ByteBuffer in) {
    int base = in.position();
    int from = start;
    if (framed) {
      int length = framingEnd - framingStart;
      in.put(base + from + length, in, base + from, framingStart - from);
      from += length;
    }
    int shift = from - start;
    int methodBytes = targetStart - start; // With the space behind it.
    int newStart = targetEnd + shift - 1 - methodBytes;
    in.put(base + newStart, in, base + from, methodBytes);
    in.put(base + newStart + methodBytes, (byte) '/');
    in.put(base + versionStart + shift + VERSION_PREFIX.length(), (byte) (http11 ? '1' : '0'));
    in.position(base + newStart);
    return scanned - newStart;
  }
}
