package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.ReceivedRequest;
import dev.rapid.http.request.StreamedBody;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.invoke.InvokedVersion;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.lambda.event.HttpForwarding;
import io.undertow.server.HttpServerExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request to the URL of a function whose worker takes requests without an event. */
final class ForwardedUrlCall extends StreamedUrlCall {

  private static final int FIRST_STATUS = 200;
  private static final int LAST_STATUS = 599;

  private final HttpForwarding forwarding;
  private @Nullable StreamedBody body;
  private boolean watching;

  ForwardedUrlCall(
      InvokedFunction function,
      HttpServerExchange exchange,
      String requestId,
      String traceId,
      List<HeaderLine> added,
      ResponseStreaming streaming,
      HttpForwarding forwarding) {
    super(function, exchange, requestId, traceId, added, streaming);
    this.forwarding = forwarding;
  }

  /** Runs the invocation. On the I/O thread. */
  void forward(
      InvokedVersion target,
      @Nullable String tenantId,
      ReceivedRequest request,
      PayloadMemory memory) {
    StreamedBody arriving =
        new StreamedBody(
            exchange,
            memory,
            complete -> {
              if (complete) {
                watch();
              } else {
                cancel();
              }
            });
    body = arriving;
    invoke(target, tenantId, forwarding.headersFor(headOf(request)), arriving);
  }

  private static HttpForwarding.Request headOf(ReceivedRequest request) {
    List<PayloadHeaders.Header> headers = new ArrayList<>();
    for (HeaderLine each : request.headers()) {
      headers.add(new PayloadHeaders.Header(each.name(), each.value()));
    }
    String host = request.header("host");
    String url =
        request.scheme()
            + "://"
            + (host == null ? "localhost" : host)
            + request.rawPath()
            + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
    return new HttpForwarding.Request(request.method(), url, headers);
  }

  /** While the body comes, its reader notices the end of the connection. */
  @Override
  protected void watch() {
    StreamedBody arriving = body;
    if (!watching && (arriving == null || arriving.hasEnded())) {
      watching = true;
      super.watch();
    }
  }

  @Override
  void begin(ResponseHead head) {
    HttpForwarding.Answer answer = forwarding.answerOf(head, requestId);
    if (answer.status() < FIRST_STATUS || answer.status() > LAST_STATUS) {
      openInvalid(new InvalidUrlResultException("The status is " + answer.status()));
    } else {
      open(headOf(answer));
    }
  }

  @Override
  void answerReported(Outcome.Reported error) {
    HttpForwarding.Answer answer = forwarding.answerOf(error);
    if (answer == null) {
      super.answerReported(error);
    } else {
      sendResponse(new UrlResponse(headOf(answer), error.payload()));
    }
  }

  private static UrlHead headOf(HttpForwarding.Answer answer) {
    List<HeaderLine> headers = new ArrayList<>();
    for (PayloadHeaders.Header each : answer.headers()) {
      headers.add(new HeaderLine(each.name().toLowerCase(Locale.ROOT), each.value()));
    }
    return new UrlHead(answer.status(), headers);
  }

  @Override
  protected void answer(Outcome outcome) {
    StreamedBody arriving = body;
    if (arriving != null) {
      // The connection is about to be used for something else.
      arriving.stop();
    }
    super.answer(outcome);
  }
}
