package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.fnfdk.HopByHop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The head of a worker's answer (contract fn-runner, sections 1.7 and 2.5). */
final class AnswerHead {

  /** What callers get from us, or not at all. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of("content-length", "content-type", "fn-call-id");

  private final HttpResponse response;

  AnswerHead(HttpResponse response) {
    this.response = response;
  }

  int status() {
    return response.status().code();
  }

  /** Returns whether the worker promises to take another call over the connection. */
  boolean promisesMore() {
    HttpHeaders headers = response.headers();
    return HttpUtil.isKeepAlive(response)
        && (headers.contains("Keep-Alive")
            || headers.containsValue(
                HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true));
  }

  ResponseHead toResponseHead() {
    String contentType = null;
    List<PayloadHeaders.Header> others = new ArrayList<>();
    for (Map.Entry<String, String> each : response.headers()) {
      String key = HopByHop.key(each.getKey());
      String value = text(each.getValue());
      if (key.equals("content-type")) {
        contentType = value;
      } else if (!NOT_PASSED_ON.contains(key) && !HopByHop.has(key, value)) {
        others.add(new PayloadHeaders.Header(each.getKey(), value));
      }
    }
    return new ResponseHead(contentType, false, new PayloadHeaders(others));
  }

  @Nullable String contentType() {
    String value = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
    return value == null ? null : text(value);
  }

  /** Returns the text of a value whose characters are bytes. */
  private static String text(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 0x7f) {
        return new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return value;
  }
}
