package dev.rapid.fnfdk;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.lambda.event.HttpForwarding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests as calls of Fn's functions, and their answers as HTTP responses, as Fn's load
 * balancer does it for triggers (contract fn-runner, sections 1.11 and 2.4).
 */
public final class FnHttpGateway implements HttpForwarding {

  private static final String PREFIX = "Fn-Http-H-";
  private static final String STATUS = "Fn-Http-Status";
  private static final String CONTENT_TYPE = "Content-Type";
  private static final int OK = 200;

  /** Creates the translation, which has no state. */
  public FnHttpGateway() {}

  @Override
  public PayloadHeaders headersFor(Request request) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    headers.add(new PayloadHeaders.Header("Fn-Intent", "httprequest"));
    headers.add(new PayloadHeaders.Header("Fn-Http-Method", request.method()));
    headers.add(new PayloadHeaders.Header("Fn-Http-Request-Url", request.url()));
    for (PayloadHeaders.Header each : request.headers()) {
      String key = HopByHop.key(each.name());
      if (key.equals("content-type")) {
        headers.add(new PayloadHeaders.Header(CONTENT_TYPE, each.value()));
      } else if (!HopByHop.has(key, each.value())) {
        headers.add(new PayloadHeaders.Header(PREFIX + canonical(each.name()), each.value()));
      }
    }
    return new PayloadHeaders(headers);
  }

  @Override
  public Answer answerOf(ResponseHead head, String requestId) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    String contentType = head.contentType();
    if (contentType != null) {
      headers.add(new PayloadHeaders.Header(CONTENT_TYPE, contentType));
    }
    headers.add(new PayloadHeaders.Header("Fn-Call-Id", requestId));
    for (PayloadHeaders.Header each : head.headers().all()) {
      if (each.name().regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
        String name = each.name().substring(PREFIX.length());
        if (!name.isEmpty() && !HopByHop.has(HopByHop.key(name), each.value())) {
          headers.add(new PayloadHeaders.Header(name, each.value()));
        }
      }
    }
    return new Answer(statusOf(head.headers().first(STATUS)), headers);
  }

  /** What is no number is no status. */
  private static int statusOf(@Nullable String text) {
    try {
      return text == null ? OK : Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      return OK;
    }
  }

  /** Returns a name with each of its words capitalised, as Fn passes it. */
  private static String canonical(String name) {
    StringBuilder text = new StringBuilder(name.toLowerCase(Locale.ROOT));
    boolean first = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (first) {
        text.setCharAt(i, Character.toUpperCase(c));
      }
      first = c == '-';
    }
    return text.toString();
  }
}
