package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.fnfdk.HopByHop;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The head of a call (contract fn-runner, sections 1.7 and 2.3). */
final class RequestHead {

  private static final String CALL_ID = "Fn-Call-Id";
  private static final String DEADLINE = "Fn-Deadline";
  private static final String CONTENT_TYPE = "Content-Type";
  private static final String JSON = "application/json";

  /** What is set here, whatever the caller says. */
  private static final Set<String> OURS =
      Set.of("host", "content-length", "content-type", "fn-call-id", "fn-deadline");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private RequestHead() {}

  static HttpRequest of(Invocation invocation, long deadlineEpochMillis) {
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    headers.set(HttpHeaderNames.HOST, "localhost");
    headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    String contentType = contentType(invocation);
    if (contentType != null) {
      headers.set(CONTENT_TYPE, wire(contentType));
    }
    headers.set(CALL_ID, wire(invocation.requestId()));
    headers.set(DEADLINE, time(deadlineEpochMillis));
    for (PayloadHeaders.Header each : invocation.headers().all()) {
      String key = HopByHop.key(each.name());
      if (isToken(each.name()) && !OURS.contains(key) && !HopByHop.has(key, each.value())) {
        headers.add(each.name(), wire(each.value()));
      }
    }
    return new DefaultHttpRequest(
        HttpVersion.HTTP_1_1, HttpMethod.POST, WorkerConnection.PATH, headers);
  }

  /**
   * A caller without headers is one of Lambda's, whose payload is JSON unless it says otherwise.
   */
  private static @Nullable String contentType(Invocation invocation) {
    String given = invocation.contentType();
    if (given == null) {
      given = invocation.headers().first(CONTENT_TYPE);
    }
    if (given == null || given.isEmpty()) {
      return invocation.headers().all().isEmpty() ? JSON : null;
    }
    return given;
  }

  /** UTC and whole seconds: what the FDKs of all languages can read. */
  private static String time(long epochMillis) {
    return Instant.ofEpochSecond(TimeUnit.MILLISECONDS.toSeconds(epochMillis)).toString();
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Returns a value whose characters are the bytes of its UTF-8, on one line. */
  static String wire(String value) {
    boolean plain = true;
    for (int i = 0; i < value.length() && plain; i++) {
      char c = value.charAt(i);
      plain = c >= ' ' && c < 0x7f;
    }
    if (plain) {
      return value;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      if ((bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] == 0x7f) {
        bytes[i] = ' ';
      }
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
