package dev.rapid.azure.server.forward;

import dev.rapid.azure.http.UrlRequest;
import dev.rapid.azure.http.UrlResponse;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.trigger.FunctionReply;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.lambda.JsonObject;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An invocation whose request and answer go over HTTP, while its message on the stream says how it
 * ended (contract azure-functions-worker, section 11). It succeeds when both halves do.
 *
 * <p>A caller who takes an HTTP response as it comes gets status and headers when they are there,
 * but not those of an error: the message, which is then waited for, says more than a page of the
 * worker's server.
 *
 * <p>Runs on one event loop; the public methods may be called by any thread.
 */
public final class ForwardedInvocation implements WorkerReply {

  private static final int FIRST_ERROR_STATUS = 500;

  /** So much of the page of an error waits for the message; a longer one is passed on. */
  private static final long MOST_ERROR_PAGE_BYTES = 65_536;

  private final EventLoop loop;
  private final Invocation invocation;
  private final String deliveryId;
  private final ForwardingOwner owner;
  private final ForwardedExchange exchange;
  private final AnswerPieces pieces;

  private @Nullable UrlResponse head;
  private boolean answerComplete;
  private @Nullable InvocationResponse response;

  /** What the sandbox gets when it wants the reply; null for a stream. */
  private @Nullable Reply whole;

  private @Nullable FunctionReply wholeWithHead;
  private boolean replyBegan;
  private boolean taken;
  private boolean replyEnded;
  private boolean done;
  private boolean workerLost;
  private boolean closed;

  /**
   * Creates an invocation that has not begun.
   *
   * @param call the request
   * @param deliveryId of the slot that it was given to
   */
  public ForwardedInvocation(
      HttpForwarder forwarder,
      ForwardedCall call,
      Invocation invocation,
      String deliveryId,
      ForwardingOwner owner) {
    this.loop = forwarder.nextLoop();
    this.invocation = invocation;
    this.deliveryId = deliveryId;
    this.owner = owner;
    this.exchange =
        new ForwardedExchange(
            loop, call.server(), call.request(), call.body(), new Answer(), forwarder.inactivity());
    this.pieces =
        new AnswerPieces(
            call.isStreamed(),
            Math.min(invocation.maxResponseBytes(), UrlRequest.MAX_MESSAGE_BODY_BYTES));
  }

  static void run(EventLoop loop, Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      try {
        loop.execute(task);
      } catch (RejectedExecutionException e) {
        // The program ends, and the connections are closed.
      }
    }
  }

  // ------------------------------------------------------------------ the two halves

  /** Sends the request. The message for the worker may be sent before or after. */
  public void begin() {
    run(loop, exchange::begin);
  }

  /** The worker's message came. */
  public void responded(InvocationResponse message) {
    run(
        loop,
        () -> {
          if (response == null && !closed) {
            response = message;
            halfOver();
          }
        });
  }

  /** The caller's side of the exchange. */
  private final class Answer implements ForwardedAnswer {

    @Override
    public void began(UrlResponse begun) {
      head = begun;
      if (pieces.isStreamed() && begun.status() < FIRST_ERROR_STATUS) {
        beginStream();
      }
    }

    @Override
    public void write(Payload bytes) {
      pieces.add(bytes);
      if (pieces.isOverLimit()) {
        tooLong();
      } else if (pieces.isStreamed() && pieces.heldBytes() > MOST_ERROR_PAGE_BYTES) {
        beginStream();
      }
    }

    @Override
    public void complete() {
      answerComplete = true;
      halfOver();
      endWithoutMessage();
    }

    @Override
    public void failed(Failure failure, String message) {
      exchangeFailed(failure, message);
    }
  }

  /** One half came to its end. */
  private void halfOver() {
    InvocationResponse message = response;
    if (message == null || replyEnded) {
      finish();
    } else if (message.getResult().getStatus() != StatusResult.Status.Success) {
      functionFailed(message);
    } else if (pieces.isStreamed()) {
      if (head != null) {
        beginStream();
      }
      endStream();
    } else if (answerComplete && head != null) {
      Payload body = pieces.collected();
      reply(owner.replyOf(head, body, message));
    }
  }

  /** Whether the message or the page of the server comes first, the message counts. */
  private void functionFailed(InvocationResponse message) {
    FunctionReply failure = owner.failureOf(message);
    if (replyBegan && pieces.hasPassedOn()) {
      if (answerComplete) {
        end(new Reply.Streamed(ResponseEnd.COMPLETE, pieces.passedOn(), typeOf(failure), null));
      }
      return;
    }
    exchange.cancel();
    pieces.drop();
    reply(failure);
  }

  private static String typeOf(FunctionReply failure) {
    return failure.reply() instanceof Reply.ReportedError error
        ? error.errorType()
        : ErrorType.FUNCTION_UNKNOWN.wireName();
  }

  private void exchangeFailed(ForwardedAnswer.Failure failure, String message) {
    switch (failure) {
      case UNREACHABLE -> owner.unreachable(message);
      case BROKEN -> {
        if (pieces.hasPassedOn() || response != null) {
          replyFailed(ErrorType.RUNTIME_TRUNCATED_RESPONSE, message);
        } else {
          // The end of the process may be the reason, and says more.
          var unused =
              loop.schedule(
                  () -> replyFailed(ErrorType.RUNTIME_TRUNCATED_RESPONSE, message),
                  SandboxConfig.EXIT_TIME.toMillis(),
                  TimeUnit.MILLISECONDS);
        }
      }
      case INACTIVE -> {
        owner.cancelInWorker();
        replyFailed(ErrorType.SANDBOX_TIMEDOUT, message);
      }
      case CALLER_GONE -> {
        owner.cancelInWorker();
        replyFailed(ErrorType.SANDBOX_FAILURE, message);
      }
    }
  }

  private void replyFailed(ErrorType error, String message) {
    if (replyEnded || closed) {
      return;
    }
    if (pieces.hasPassedOn()) {
      end(new Reply.Streamed(ResponseEnd.TRUNCATED, pieces.passedOn(), null, null));
      return;
    }
    String type = error.wireName();
    Payload body =
        Payload.of(new JsonObject().put("errorType", type).put("errorMessage", message).toString());
    reply(new Reply.ReportedError(type, body, null, null));
  }

  private void tooLong() {
    exchange.cancel();
    owner.cancelInWorker();
    if (pieces.isStreamed()) {
      end(new Reply.Streamed(ResponseEnd.OVERSIZED, pieces.passedOn(), null, null));
    } else {
      long size = pieces.heldBytes();
      pieces.drop();
      reply(new Reply.TooLarge(size));
    }
  }

  // ------------------------------------------------------------------ the reply

  private void beginStream() {
    if (!replyBegan && !replyEnded && !closed) {
      replyBegan = true;
      owner.post(
          new SandboxEvent.ReplyBegan(
              this, ReplyKind.RESPONSE, invocation.requestId(), deliveryId));
    }
  }

  private void endStream() {
    if (taken && answerComplete && response != null) {
      end(new Reply.Streamed(ResponseEnd.COMPLETE, pieces.passedOn(), null, null));
    }
  }

  private void reply(FunctionReply reply) {
    wholeWithHead = reply;
    reply(reply.reply());
  }

  /** Replies with something whole, in place of a stream of which nothing was passed on. */
  private void reply(Reply reply) {
    if (replyEnded || closed) {
      discard(reply);
      return;
    }
    whole = reply;
    if (taken) {
      end(reply);
    } else if (!replyBegan) {
      replyBegan = true;
      ReplyKind kind = reply instanceof Reply.ReportedError ? ReplyKind.ERROR : ReplyKind.RESPONSE;
      owner.post(new SandboxEvent.ReplyBegan(this, kind, invocation.requestId(), deliveryId));
    }
  }

  private static void discard(Reply reply) {
    switch (reply) {
      case Reply.Response(var payload, var contentType) -> payload.release();
      case Reply.ReportedError error -> error.payload().release();
      default -> {}
    }
  }

  @Override
  public void receiveBody() {
    run(
        loop,
        () -> {
          taken = true;
          Reply ready = whole;
          if (ready != null) {
            end(ready);
          }
        });
  }

  @Override
  public void streamBody(StreamingSink sink, long maxBytes) {
    run(
        loop,
        () -> {
          if (closed || replyEnded) {
            return;
          }
          taken = true;
          Reply ready = whole;
          UrlResponse begun = head;
          if (ready instanceof Reply.Response(var payload, var contentType)
              && wholeWithHead != null) {
            sink.begin(wholeWithHead.head(), () -> {});
            long size = payload.size();
            sink.write(payload);
            end(new Reply.Streamed(ResponseEnd.COMPLETE, size, null, null));
          } else if (ready != null) {
            end(ready);
          } else if (begun != null) {
            pieces.passTo(sink, begun.toResponseHead(), maxBytes, this::abort);
            if (pieces.isOverLimit()) {
              tooLong();
            } else {
              endStream();
            }
          }
        });
  }

  private void end(Reply reply) {
    if (replyEnded || closed) {
      return;
    }
    replyEnded = true;
    exchange.cancel();
    if (response == null) {
      owner.repliedBeforeMessage();
    }
    owner.post(new SandboxEvent.ReplyEnded(this, reply));
    finish();
  }

  private void finish() {
    if (replyEnded && response != null && !done && !closed) {
      done = true;
      owner.done();
    }
  }

  @Override
  public void abort() {
    run(
        loop,
        () -> {
          if (!replyEnded) {
            exchange.cancel();
            owner.cancelInWorker();
            end(
                pieces.hasPassedOn()
                    ? new Reply.Streamed(ResponseEnd.TRUNCATED, pieces.passedOn(), null, null)
                    : new Reply.Truncated(false));
          }
        });
  }

  /** Nothing to do: a worker does not hear what became of its answer. */
  @Override
  public void accept() {}

  /** A refusal of a reply whose body has not been read ends it; any other one is over anyway. */
  @Override
  public void refuse(Refusal refusal) {
    run(loop, this::giveUp);
  }

  /** The result is not wanted any more. */
  public void cancel() {
    run(loop, this::giveUp);
  }

  private void giveUp() {
    if (!replyEnded && !closed) {
      replyEnded = true;
      exchange.cancel();
      pieces.drop();
      finish();
    }
  }

  /**
   * No message comes any more. A reply that has begun comes to its end, because the sandbox waits
   * for it; otherwise the sandbox says what becomes of the invocation.
   */
  public void workerLost() {
    run(
        loop,
        () -> {
          if (replyBegan) {
            workerLost = true;
            endWithoutMessage();
          } else {
            close();
          }
        });
  }

  private void endWithoutMessage() {
    if (workerLost && answerComplete && response == null) {
      replyFailed(
          ErrorType.RUNTIME_EXIT_ERROR, "The worker ended before it said how the function ended");
    }
  }

  /** Nothing of it reaches the sandbox any more. */
  public void close() {
    run(
        loop,
        () -> {
          closed = true;
          exchange.cancel();
          pieces.drop();
        });
  }
}
