package dev.rapid.invokeapi.stream;

import dev.rapid.core.error.ErrorType;
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
import dev.rapid.invokeapi.invoke.CallContext;
import dev.rapid.invokeapi.invoke.FunctionCall;
import dev.rapid.invokeapi.invoke.FunctionCallHandler;
import dev.rapid.invokeapi.invoke.InvocationType;
import dev.rapid.invokeapi.invoke.InvokeRequest;
import dev.rapid.invokeapi.wire.InvokeHeaders;
import dev.rapid.lambda.FailurePayload;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /2021-11-15/functions/{name}/response-streaming-invocations} (contract invoke-api,
 * section 3). As in the cloud, the function goes on when its caller has gone; the rest of the
 * response is dropped.
 */
public final class ResponseStreamHandler extends FunctionCallHandler {

  private static final String BINARY = "application/octet-stream";

  /** The code of an error without a type from the runtime. */
  private static final String UNHANDLED = "Unhandled";

  private final ResponseStreaming streaming;

  /** Creates the operation. */
  public ResponseStreamHandler(CallContext context, ResponseStreaming streaming) {
    super(context);
    this.streaming = streaming;
  }

  @Override
  protected InvokeRequest parse(HttpServerExchange exchange, String segment) {
    return InvokeRequest.parseStreaming(exchange, segment, context);
  }

  @Override
  protected FunctionCall call(
      HttpServerExchange exchange, String requestId, InvokeRequest request) {
    return new Call(exchange, requestId, request);
  }

  private final class Call extends FunctionCall implements StreamingSink {

    private final IoTasks tasks;

    /** Made on the I/O thread when the response begins; then it receives the rest. */
    private @Nullable StreamedAnswer answer;

    /** Whether the caller has its answer; the rest of the response is then dropped. */
    private boolean answered;

    Call(HttpServerExchange exchange, String requestId, InvokeRequest request) {
      super(ResponseStreamHandler.this.context, exchange, requestId, request);
      this.tasks = new IoTasks(exchange);
    }

    @Override
    protected void onIoThread(Runnable task) {
      tasks.run(task);
    }

    /** The limit is applied here, without effect on the runtime. */
    @Override
    protected long maxResponseBytes() {
      return Invocation.UNLIMITED;
    }

    @Override
    protected void begin(Invocation next) {
      if (request.invocationType().equals(InvocationType.DRY_RUN)) {
        answerDryRun(next);
      } else {
        run(next);
      }
    }

    @Override
    public void begin(ResponseHead head, ResponseSource source) {
      onIoThread(() -> {
        if (!answered) {
          answer = open(head.contentType());
        }
      });
    }

    @Override
    public void write(Payload bytes) {
      onIoThread(() -> {
        StreamedAnswer opened = answer;
        if (opened == null || answered) {
          bytes.release();
        } else {
          opened.write(bytes);
        }
      });
    }

    private StreamedAnswer open(@Nullable String contentType) {
      exchange.setStatusCode(StatusCodes.OK);
      HeaderMap headers = exchange.getResponseHeaders();
      headers.put(Headers.CONTENT_TYPE, EventStreamFrame.CONTENT_TYPE);
      headers.put(InvokeHeaders.REQUEST_ID, requestId);
      headers.put(InvokeHeaders.EXECUTED_VERSION, executedVersion());
      Answers.putText(exchange, InvokeHeaders.TRACE_ID, traceId);
      Answers.putText(
          exchange,
          InvokeHeaders.REMAPPED_CONTENT_TYPE,
          contentType == null || contentType.isBlank() ? BINARY : contentType);
      return new StreamedAnswer(
          exchange,
          streaming.pacers().get(),
          new EventFraming(),
          streaming.maxBytes(),
          Answers.IGNORE);
    }

    private StreamedAnswer opened() {
      StreamedAnswer opened = answer;
      if (opened == null) {
        throw new IllegalStateException("The response has not begun");
      }
      return opened;
    }

    @Override
    protected void answer(Outcome outcome) {
      answered = true;
      switch (outcome) {
        case Outcome.Streamed streamed -> end(streamed);
        case Outcome.Failed failed -> end(failed);
        case Outcome.Reported(var scrubbed, var reportedType, var payload, var contentType) -> {
          String details = new String(payload.toByteArray(), StandardCharsets.UTF_8);
          payload.release();
          StreamedAnswer opened = open(contentType);
          opened.write(Payload.of(details));
          boolean named = reportedType != null && !reportedType.isEmpty();
          end(opened, named ? reportedType : UNHANDLED, details);
        }
        case Outcome.Returned e -> throw new IllegalStateException("A stream was asked for");
        case Outcome.RestoreFailed failed -> refuse(failed);
        case Outcome.Rejected(var rejection) -> {
          StreamedAnswer opened = answer;
          if (opened == null) {
            refuse(rejection);
          } else {
            opened.dropRest();
            opened.end(
                joined(ResponseStreamFrames.internalFailure("Rapid is shutting down")),
                new HeaderMap());
          }
        }
      }
    }

    private void end(Outcome.Streamed streamed) {
      String errorType = streamed.errorType();
      if (errorType != null && !errorType.isEmpty()) {
        end(opened(), errorType, decoded(streamed.errorBody()));
      } else if (streamed.end() == ResponseEnd.TRUNCATED) {
        end(
            opened(),
            ErrorType.RUNTIME_TRUNCATED_RESPONSE.wireName(),
            "The runtime's response ended before its announced end");
      } else {
        end(opened(), null, null);
      }
    }

    private void end(Outcome.Failed failed) {
      StreamedAnswer opened = answer;
      if (opened == null) {
        opened = open(Answers.JSON);
        opened.write(FailurePayload.of(failed, requestId));
      } else {
        opened.dropRest();
      }
      end(opened, failed.type(), failed.message());
    }

    private void end(
        StreamedAnswer opened, @Nullable String errorCode, @Nullable String errorDetails) {
      if (opened.hasDropped()) {
        streaming.warnOfDropped(requestId);
      }
      boolean reported = streaming.errorsReported();
      InvokeComplete complete =
          new InvokeComplete(
              reported ? errorCode : null, reported ? errorDetails : null, logResult());
      opened.end(joined(ResponseStreamFrames.complete(complete)), new HeaderMap());
    }

    private static @Nullable String decoded(@Nullable String base64) {
      try {
        return base64 == null || base64.isEmpty()
            ? null
            : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
  }

  private static ByteBuffer joined(List<ByteBuffer> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(ByteBuffer::remaining).sum());
    parts.forEach(all::put);
    return all.flip();
  }

  /** One buffer for each frame: a chunk of its own for a few bytes costs a system call. */
  private static final class EventFraming implements StreamedAnswer.Framing {

    private static final int OVERHEAD_BYTES = 1024;

    private final ByteBuffer frame =
        ByteBuffer.allocateDirect(StreamedAnswer.MAX_WRITE_BYTES + OVERHEAD_BYTES);

    @Override
    public ByteBuffer around(ByteBuffer bytes) {
      frame.clear();
      ResponseStreamFrames.payloadChunks(List.of(bytes)).forEach(frame::put);
      return frame.flip();
    }
  }
}
