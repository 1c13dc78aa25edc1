package dev.rapid.fnrunner.server;

import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.fnrunner.server.protocol.HttpHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which headers go through a runner (contract fn-runner, section 1.7). */
final class ForwardedHeaders {

  private static final String CONTENT_TYPE = "Content-Type";

  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "proxy-connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /**
   * Also taken away from answers: the load balancer sends a length although the answer is cut, and
   * has an id of its own.
   */
  private static final Set<String> OF_ANSWERS_TOO = Set.of("content-length", "fn-call-id");

  private ForwardedHeaders() {}

  /** Returns the headers of a call that its worker gets. */
  static PayloadHeaders ofCall(List<PayloadHeaders.Header> all) {
    List<PayloadHeaders.Header> kept = new ArrayList<>(all.size());
    for (PayloadHeaders.Header each : all) {
      if (!isHopByHop(each)) {
        kept.add(each);
      }
    }
    return new PayloadHeaders(kept);
  }

  /**
   * Returns the headers of an answer that its caller gets.
   *
   * @param contentType the type of an answer of a function of Lambda, whatever its runtime declares
   *     for a response that is no stream (contract fn-runner, section 4.2); empty for an FDK's
   */
  static List<HttpHeader> ofAnswer(ResponseHead head, String contentType) {
    List<HttpHeader> kept = new ArrayList<>();
    boolean typed = false;
    for (PayloadHeaders.Header each : head.headers().all()) {
      String lower = each.name().toLowerCase(Locale.ROOT);
      if (!isHopByHop(each) && !OF_ANSWERS_TOO.contains(lower)) {
        kept.add(header(canonical(each.name()), each.value()));
        typed |= lower.equals("content-type");
      }
    }
    if (!typed) {
      boolean fixed = !contentType.isEmpty() && !head.streaming();
      String declared = fixed || head.contentType() == null ? contentType : head.contentType();
      if (!declared.isEmpty()) {
        kept.add(header(CONTENT_TYPE, declared));
      }
    }
    return kept;
  }

  private static boolean isHopByHop(PayloadHeaders.Header header) {
    String lower = header.name().toLowerCase(Locale.ROOT);
    return HOP_BY_HOP.contains(lower) && !(lower.equals("te") && header.value().equals("trailers"));
  }

  private static HttpHeader header(String name, String value) {
    return HttpHeader.newBuilder().setKey(name).setValue(value).build();
  }

  /** Returns a name with capitals at the beginning and after dashes, and no others. */
  static String canonical(String name) {
    char[] letters = name.toCharArray();
    boolean capital = true;
    for (int i = 0; i < letters.length; i++) {
      char c = letters[i];
      if (capital && c >= 'a' && c <= 'z') {
        letters[i] = (char) (c - 'a' + 'A');
      } else if (!capital && c >= 'A' && c <= 'Z') {
        letters[i] = (char) (c - 'A' + 'a');
      }
      capital = c == '-';
    }
    return new String(letters);
  }
}
