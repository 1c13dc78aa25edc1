package dev.rapid.fnfdk.http;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import dev.rapid.fnfdk.FunctionError;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One invocation as an HTTP request, and its answer (contract fn-runner, sections 2.3 and 2.5). 200
 * is a response; 502 and 504 are errors of a worker that goes on; after anything else the worker is
 * broken.
 *
 * <p>Runs on the link's event loop; what the sandbox calls moves there.
 */
final class Call implements WorkerReply {

  private static final int OK = 200;
  private static final int FUNCTION_FAILED = 502;
  private static final int FUNCTION_TIMED_OUT = 504;
  private static final int FIRST_FINAL_STATUS = 200;
  private static final String JSON = "application/json";

  private final WorkerLink link;
  private final WorkerSlot slot;
  private final Invocation invocation;
  private final long deadlineEpochMillis;

  private @Nullable WorkerConnection connection;
  private @Nullable RequestBody request;
  private boolean informational;
  private @Nullable AnswerHead head;
  private @Nullable AnswerBody body;

  /** What of the body has come before the sandbox wanted it. */
  private final Queue<ByteBuf> early = new ArrayDeque<>();

  private boolean complete;
  private boolean brokenOff;
  private boolean refused;

  Call(WorkerLink link, WorkerSlot slot, Invocation invocation, long deadlineEpochMillis) {
    this.link = link;
    this.slot = slot;
    this.invocation = invocation;
    this.deadlineEpochMillis = deadlineEpochMillis;
  }

  WorkerSlot slot() {
    return slot;
  }

  /** The call does not begin. */
  void drop() {
    invocation.payload().release();
  }

  // ------------------------------------------------------------------ the request

  void begin(WorkerConnection opened) {
    connection = opened;
    var unused = opened.write(RequestHead.of(invocation, deadlineEpochMillis));
    RequestBody sending = new RequestBody(link, opened, invocation.payload(), this::callerGone);
    request = sending;
    sending.start();
  }

  private void callerGone() {
    fault(ErrorType.SANDBOX_FAILURE, "The caller has gone in the middle of the payload");
  }

  private boolean isRequestWritten() {
    return request != null && request.isWritten();
  }

  // ------------------------------------------------------------------ the answer

  void received(HttpObject part) {
    if (part instanceof HttpResponse response) {
      headArrived(response);
    }
    if (part instanceof HttpContent content) {
      contentArrived(content);
    }
  }

  private void headArrived(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      fault(ErrorType.RUNTIME_UNKNOWN, faultOf(response.decoderResult().cause()));
      return;
    }
    AnswerHead arrived = new AnswerHead(response);
    informational = arrived.status() < FIRST_FINAL_STATUS;
    if (informational) {
      return;
    }
    switch (arrived.status()) {
      case OK -> {
        if (isRequestWritten()) {
          began(arrived, ReplyKind.RESPONSE);
        } else {
          fault(ErrorType.RUNTIME_UNKNOWN, "The worker answered before it had the whole request");
        }
      }
      case FUNCTION_FAILED, FUNCTION_TIMED_OUT -> began(arrived, ReplyKind.ERROR);
      default ->
          fault(
              ErrorType.RUNTIME_UNKNOWN, "The worker answered with the status " + arrived.status());
    }
  }

  private String faultOf(Throwable cause) {
    return cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException
        ? "The head of the worker's answer is longer than " + link.limits().headBytes() + " bytes"
        : "The worker's answer is not HTTP";
  }

  private void began(AnswerHead arrived, ReplyKind kind) {
    head = arrived;
    link.post(new SandboxEvent.ReplyBegan(this, kind, invocation.requestId(), slot.deliveryId()));
  }

  private void contentArrived(HttpContent content) {
    ByteBuf bytes = content.content();
    boolean last = content instanceof LastHttpContent;
    if (informational || connection == null) {
      informational = informational && !last;
      bytes.release();
    } else if (content.decoderResult().isFailure()) {
      bytes.release();
      brokeOff();
    } else {
      if (body == null) {
        early.add(bytes);
      } else {
        body.add(bytes);
      }
      if (last) {
        answered();
      }
    }
  }

  private void answered() {
    AnswerHead answer = head;
    if (connection == null || answer == null) {
      return; // The body wanted no more of it.
    }
    complete = true;
    giveBack(answer.promisesMore() && isRequestWritten());
    if (body != null) {
      body.complete();
    }
  }

  /** The connection has ended, after all that came over it. */
  void connectionEnded() {
    if (head == null) {
      leave();
      link.disconnected("The worker closed the connection without an answer");
    } else {
      brokeOff();
    }
  }

  private void brokeOff() {
    if (connection != null) {
      brokenOff = true;
      giveBack(false);
      if (body != null) {
        body.brokeOff();
      }
    }
  }

  /** The worker cannot be used any more. */
  private void fault(ErrorType error, String message) {
    leave();
    link.broken(error, message);
  }

  // ------------------------------------------------------------------ the connection

  /** Returns whether more of the answer is to be read now. */
  boolean wantsMore() {
    return head == null || (body != null && body.wantsMore());
  }

  /** Reads on after a pause. */
  void read() {
    if (connection != null) {
      connection.read();
    }
  }

  /** Closes the connection, because nothing more of the answer is wanted. */
  void leave() {
    giveBack(false);
  }

  private void giveBack(boolean reusable) {
    WorkerConnection used = connection;
    if (used != null) {
      connection = null;
      if (request != null) {
        request.abandon();
      }
      used.finished(reusable);
    }
  }

  // ------------------------------------------------------------------ what the sandbox wants

  @Override
  public void receiveBody() {
    link.run(() -> {
      AnswerHead answer = head;
      if (answer != null) {
        take(new BufferedBody(this, link.limits().bufferedBytes(), bytes -> reply(answer, bytes)));
      }
    });
  }

  private static Reply reply(AnswerHead answer, byte[] bytes) {
    return switch (answer.status()) {
      case FUNCTION_FAILED ->
          new Reply.ReportedError(FunctionError.TYPE, FunctionError.payload(bytes), JSON, null);
      case FUNCTION_TIMED_OUT -> new Reply.TimedOut();
      default -> new Reply.Response(Payload.of(bytes), answer.contentType());
    };
  }

  @Override
  public void streamBody(StreamingSink sink, long maxBytes) {
    link.run(() -> {
      AnswerHead answer = head;
      if (answer != null) {
        take(new StreamedBody(link, this, answer.toResponseHead(), sink, maxBytes));
      }
    });
  }

  private void take(AnswerBody taken) {
    if (refused) {
      return;
    }
    body = taken;
    for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
      taken.add(bytes);
    }
    if (complete) {
      taken.complete();
    } else if (brokenOff) {
      taken.brokeOff();
    } else {
      read();
    }
  }

  /** The sandbox has the reply: the worker has room for the next call, unless it is broken. */
  void ended(Reply reply) {
    link.post(new SandboxEvent.ReplyEnded(this, reply));
    if (brokenOff) {
      link.disconnected("The worker's answer ended before its announced end");
    } else if (isTooLong(reply)) {
      link.broken(
          ErrorType.FUNCTION_RESPONSE_SIZE_TOO_LARGE,
          "The worker's answer is longer than the limit");
    } else {
      link.over();
    }
  }

  /** Such a worker may still write, and is not used again (contract fn-runner, section 2.5). */
  private static boolean isTooLong(Reply reply) {
    return reply instanceof Reply.TooLarge
        || (reply instanceof Reply.Streamed streamed && streamed.end() == ResponseEnd.OVERSIZED);
  }

  @Override
  public void abort() {
    link.run(() -> {
      leave();
      if (body != null) {
        body.abort();
      }
    });
  }

  /** Nothing to do: a worker does not hear what became of its answer. */
  @Override
  public void accept() {}

  /** A refusal of a reply that has not been read ends it; one that has been read is over anyway. */
  @Override
  public void refuse(Refusal refusal) {
    link.run(() -> {
      if (body == null && !refused) {
        refused = true;
        early.forEach(ByteBuf::release);
        early.clear();
        leave();
        link.over();
      }
    });
  }
}
