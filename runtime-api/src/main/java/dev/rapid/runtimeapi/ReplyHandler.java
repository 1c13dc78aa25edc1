package dev.rapid.runtimeapi;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.request.BodyReader;
import dev.rapid.http.request.BodyStream;
import dev.rapid.http.request.ConnectionWatch;
import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestBody;
import dev.rapid.lambda.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * {@code POST /2018-06-01/runtime/invocation/{id}/response} and {@code .../error} (contract
 * runtime-extensions-telemetry, sections 1.3 and 1.4).
 */
final class ReplyHandler {

  private static final String STREAMING = "streaming";

  private final Sandbox sandbox;
  private final PayloadMemory memory;

  ReplyHandler(Sandbox sandbox, PayloadMemory memory) {
    this.sandbox = sandbox;
    this.memory = memory;
  }

  void response(HttpServerExchange exchange, String requestId) {
    Answers.park(
        exchange,
        () ->
            sandbox.post(
                new SandboxEvent.ReplyBegan(
                    new ResponseCall(exchange),
                    ReplyKind.RESPONSE,
                    requestId,
                    deliveryIdOf(exchange))));
  }

  void error(HttpServerExchange exchange, String requestId) {
    Answers.park(
        exchange,
        () ->
            sandbox.post(
                new SandboxEvent.ReplyBegan(
                    new ErrorCall(exchange), ReplyKind.ERROR, requestId, deliveryIdOf(exchange))));
  }

  /** Returns the header that a client echoes if it knows it, null for others. */
  private static @Nullable String deliveryIdOf(HttpServerExchange exchange) {
    String id = exchange.getRequestHeaders().getFirst(RuntimeHeaders.INVOCATION_ID);
    return id == null || id.isEmpty() ? null : id;
  }

  /** Reads a body within the limit of a buffered response and reports the result. */
  private abstract class BodyCall extends PostedCall implements WorkerReply {

    BodyCall(HttpServerExchange exchange) {
      super(exchange);
    }

    /** Returns the reply for a complete body. */
    abstract Reply replyWith(Payload payload);

    @Override
    public void receiveBody() {
      Answers.onIoThread(exchange(), this::read);
    }

    void read() {
      BodyReader.read(
          exchange(),
          memory,
          Limits.MAX_RESPONSE_BYTES,
          Long.MAX_VALUE,
          new BodyReader.Receiver() {
            @Override
            public void complete(Payload payload) {
              ended(replyWith(payload));
            }

            @Override
            public void tooLarge(long bytes) {
              ended(new Reply.TooLarge(bytes));
            }

            @Override
            public void outOfMemory() {
              ended(new Reply.NoMemory());
            }

            @Override
            public void truncated() {
              ended(new Reply.Truncated(ConnectionWatch.hasEnded(exchange())));
            }
          });
    }

    final void ended(Reply reply) {
      sandbox.post(new SandboxEvent.ReplyEnded(this, reply));
    }

    final @Nullable String header(HttpString name) {
      return exchange().getRequestHeaders().getFirst(name);
    }
  }

  private final class ResponseCall extends BodyCall {

    private @Nullable BodyStream stream;

    ResponseCall(HttpServerExchange exchange) {
      super(exchange);
    }

    @Override
    void read() {
      if (hasValidMode()) {
        super.read();
      } else {
        ended(unknownMode());
      }
    }

    private Reply unknownMode() {
      return new Reply.Malformed(
          ErrorType.RUNTIME_INVALID_RESPONSE_MODE_HEADER.wireName(), header(Headers.CONTENT_TYPE));
    }

    private boolean hasValidMode() {
      String mode = header(RuntimeHeaders.RESPONSE_MODE);
      return mode == null || mode.isEmpty() || mode.equals(STREAMING);
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      Answers.onIoThread(exchange(), () -> stream(sink, maxBytes));
    }

    private void stream(StreamingSink sink, long maxBytes) {
      if (!hasValidMode()) {
        ended(unknownMode());
        return;
      }
      boolean streaming = STREAMING.equals(header(RuntimeHeaders.RESPONSE_MODE));
      BodyStream body =
          new BodyStream(
              exchange(),
              memory,
              maxBytes,
              new ResponseHead(header(Headers.CONTENT_TYPE), streaming),
              sink,
              new BodyStream.Listener() {
                @Override
                public void ended(ResponseEnd end, long bytes) {
                  ResponseCall.this.ended(streamed(end, bytes));
                }

                @Override
                public void outOfMemory() {
                  ResponseCall.this.ended(new Reply.NoMemory());
                }

                @Override
                public void truncated() {
                  ResponseCall.this.ended(
                      new Reply.Truncated(ConnectionWatch.hasEnded(exchange())));
                }
              });
      stream = body;
      body.start();
    }

    private Reply streamed(ResponseEnd end, long bytes) {
      String errorBody = trailer(RuntimeHeaders.FUNCTION_ERROR_BODY);
      return decodedLength(errorBody) > Limits.MAX_RESPONSE_BYTES
          ? new Reply.Streamed(
              ResponseEnd.OVERSIZED,
              bytes,
              ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE.wireName(),
              null)
          : new Reply.Streamed(end, bytes, trailer(RuntimeHeaders.FUNCTION_ERROR_TYPE), errorBody);
    }

    @Override
    public void abort() {
      Answers.onIoThread(
          exchange(),
          () -> {
            BodyStream body = stream;
            if (body == null) {
              IoUtils.safeClose(exchange().getConnection());
            } else {
              body.abort();
            }
          });
    }

    private @Nullable String trailer(HttpString name) {
      return RequestBody.trailer(exchange(), name);
    }

    /** The trailers of a streaming runtime can turn its response into an error. */
    @Override
    Reply replyWith(Payload payload) {
      String errorType = trailer(RuntimeHeaders.FUNCTION_ERROR_TYPE);
      if (errorType == null || errorType.isEmpty()) {
        return new Reply.Response(payload, header(Headers.CONTENT_TYPE));
      }
      payload.release();
      String errorBody = trailer(RuntimeHeaders.FUNCTION_ERROR_BODY);
      long length = decodedLength(errorBody);
      return length > Limits.MAX_RESPONSE_BYTES
          ? new Reply.TooLarge(length)
          : new Reply.ReportedError(errorType, decoded(errorBody), Answers.JSON, null);
    }

    /** Returns the length of an error body without its padding. */
    private static long decodedLength(@Nullable String base64) {
      return base64 == null ? 0 : base64.length() / 4 * 3L;
    }

    private static Payload decoded(@Nullable String base64) {
      try {
        return base64 == null ? Payload.EMPTY : Payload.of(Base64.getDecoder().decode(base64));
      } catch (IllegalArgumentException e) {
        return Payload.EMPTY;
      }
    }
  }

  private final class ErrorCall extends BodyCall {

    ErrorCall(HttpServerExchange exchange) {
      super(exchange);
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      throw new IllegalStateException("An error is small and never streamed");
    }

    @Override
    public void abort() {
      throw new IllegalStateException("An error is never streamed");
    }

    @Override
    Reply replyWith(Payload payload) {
      return ErrorBody.of(
          header(RuntimeHeaders.FUNCTION_ERROR_TYPE),
          payload,
          header(Headers.CONTENT_TYPE),
          header(RuntimeHeaders.XRAY_ERROR_CAUSE));
    }
  }
}
