package dev.rapid.invokeapi.url;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.IoTasks;
import dev.rapid.http.answer.StreamedAnswer;
import dev.rapid.http.request.HeaderLine;
import dev.rapid.invokeapi.invoke.InvokedFunction;
import dev.rapid.invokeapi.stream.ResponseStreaming;
import dev.rapid.lambda.event.PayloadTail;
import dev.rapid.lambda.event.ResponsePrelude;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Methods;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request to a URL in the mode {@code RESPONSE_STREAM} (contract invoke-api, section 5.4). */
class StreamedUrlCall extends UrlCall implements StreamingSink {

  private final ResponseStreaming streaming;
  private final IoTasks tasks;

  // All on the I/O thread.
  private @Nullable UrlPrelude prelude;
  private @Nullable StreamedAnswer answer;

  /** Whether the client has its whole answer; the rest of the response is then dropped. */
  private boolean answered;

  StreamedUrlCall(
      InvokedFunction function,
      HttpServerExchange exchange,
      String requestId,
      String traceId,
      List<HeaderLine> added,
      ResponseStreaming streaming) {
    super(function, exchange, requestId, traceId, added);
    this.streaming = streaming;
    this.tasks = new IoTasks(exchange);
  }

  @Override
  protected void onIoThread(Runnable task) {
    tasks.run(task);
  }

  @Override
  protected long maxResponseBytes() {
    return Invocation.UNLIMITED;
  }

  @Override
  public void begin(ResponseHead head, ResponseSource source) {
    onIoThread(() -> {
      if (!answered) {
        begin(head);
      }
    });
  }

  /** Begins the answer, unless more of the response has to come for that. On the I/O thread. */
  void begin(ResponseHead head) {
    if (ResponsePrelude.isDeclaredBy(head.contentType())) {
      prelude = new UrlPrelude();
    } else {
      open(UrlHead.ofStream(head.contentType()));
    }
  }

  @Override
  public void write(Payload bytes) {
    onIoThread(() -> take(bytes));
  }

  private void take(Payload bytes) {
    Payload body = bytes;
    UrlPrelude awaited = prelude;
    if (awaited != null && !answered) {
      ByteBuffer rest = bytes.buffers().getFirst();
      try {
        UrlHead head = awaited.accept(rest);
        if (head != null) {
          prelude = null;
          open(head);
        }
      } catch (InvalidUrlResultException e) {
        openInvalid(e);
      }
      body = new PayloadTail(bytes, rest);
    }
    StreamedAnswer opened = answer;
    if (opened == null || body.size() == 0) {
      body.release();
    } else {
      opened.write(body);
    }
  }

  /** Answers, without the body, that the function's head is not one of an HTTP response. */
  final void openInvalid(InvalidUrlResultException invalid) {
    answered = true;
    sendInvalid(invalid);
  }

  /** Sends the head of the answer. */
  final void open(UrlHead head) {
    if (!head.allowsBody() || exchange.getRequestMethod().equals(Methods.HEAD)) {
      answered = true;
      sendResponse(new UrlResponse(head, Payload.EMPTY));
      return;
    }
    putHead(head);
    answer =
        new StreamedAnswer(
            exchange,
            streaming.pacers().get(),
            StreamedAnswer.Framing.NONE,
            streaming.maxBytes(),
            Answers.IGNORE);
  }

  @Override
  protected void answer(Outcome outcome) {
    StreamedAnswer opened = answer;
    if (opened != null) {
      answered = true;
      end(opened, outcome);
    } else if (!answered) {
      answered = true;
      answerUnopened(outcome);
    }
  }

  /** Ends the answer. An incomplete one lacks its last chunk, so that the client notices. */
  private void end(StreamedAnswer opened, Outcome outcome) {
    if (opened.hasDropped()) {
      streaming.warnOfDropped(requestId);
    }
    if (outcome instanceof Outcome.Streamed(var end, var errorType, var errorBody)
        && end == ResponseEnd.COMPLETE
        && !opened.hasDropped()
        && (errorType == null || errorType.isEmpty())) {
      opened.end(ByteBuffer.allocate(0), new HeaderMap());
    } else {
      opened.cut();
    }
  }

  /** Answers that the function failed. On the I/O thread. */
  void answerReported(Outcome.Reported error) {
    error.payload().release();
    sendResponse(UrlResponse.functionFailed());
  }

  private void answerUnopened(Outcome outcome) {
    switch (outcome) {
      case Outcome.Streamed e ->
          sendInvalid(new InvalidUrlResultException(ResponsePrelude.unfinished()));
      case Outcome.Reported error -> answerReported(error);
      case Outcome.Failed e -> sendResponse(UrlResponse.functionFailed());
      case Outcome.RestoreFailed e -> sendResponse(UrlResponse.functionFailed());
      case Outcome.Rejected(var rejection) -> refuse(rejection);
      case Outcome.Returned e -> throw new IllegalStateException("A stream was asked for");
    }
  }
}
