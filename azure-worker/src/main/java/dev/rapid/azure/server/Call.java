package dev.rapid.azure.server;

import dev.rapid.azure.server.forward.ForwardedInvocation;
import dev.rapid.azure.trigger.FunctionReply;
import dev.rapid.azure.trigger.ReplyForm;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.lambda.Limits;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One invocation in a worker, and its answer. It changes only in the mailbox of the session, to
 * which what the sandbox calls moves.
 */
final class Call implements WorkerReply {

  private final Calls calls;
  private final Slot slot;
  private final Invocation invocation;
  private String id = "";
  private WorkerStream.@Nullable Outgoing outgoing;
  private @Nullable ForwardedInvocation forwarded;
  private boolean cancelled;
  private ReplyForm form = ReplyForm.RESULT;
  private @Nullable FunctionReply reply;
  private boolean taken;

  Call(Calls calls, Slot slot, Invocation invocation) {
    this.calls = calls;
    this.slot = slot;
    this.invocation = invocation;
  }

  Slot slot() {
    return slot;
  }

  Invocation invocation() {
    return invocation;
  }

  /**
   * The worker gets it.
   *
   * @param invocationId what the worker knows it by
   * @param replyForm in which form its caller wants the answer
   */
  void sentAs(String invocationId, ReplyForm replyForm) {
    id = invocationId;
    form = replyForm;
  }

  String id() {
    return id;
  }

  void outgoing(WorkerStream.@Nullable Outgoing message) {
    outgoing = message;
  }

  /** Returns the message for the worker, null if there is none yet. */
  WorkerStream.@Nullable Outgoing outgoing() {
    return outgoing;
  }

  /** Its request goes to the HTTP server of the worker. */
  void forwardedAs(ForwardedInvocation invocationOverHttp) {
    forwarded = invocationOverHttp;
  }

  /** Returns the invocation over HTTP, null if the message has all of it. */
  @Nullable ForwardedInvocation forwarded() {
    return forwarded;
  }

  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Returns in which form its caller wants the answer. */
  ReplyForm form() {
    return form;
  }

  void answeredWith(FunctionReply answer) {
    reply = answer;
  }

  // ------------------------------------------------------------------ what the sandbox wants

  /** Callers that want the whole answer have the same limit as with all runtimes. */
  @Override
  public void receiveBody() {
    take(answer -> {
      if (answer.reply() instanceof Reply.Response(Payload body, var contentType)
          && body.size() > Limits.MAX_RESPONSE_BYTES) {
        body.release();
        return new Reply.TooLarge(body.size());
      }
      return answer.reply();
    });
  }

  /** An answer is one message: it is passed on when it is complete. */
  @Override
  public void streamBody(StreamingSink sink, long maxBytes) {
    take(answer ->
        answer.reply() instanceof Reply.Response(Payload body, var contentType)
            ? passOn(answer.head(), body, sink, maxBytes)
            : answer.reply());
  }

  private static Reply passOn(ResponseHead head, Payload body, StreamingSink sink, long maxBytes) {
    sink.begin(head, () -> {});
    if (body.size() <= maxBytes) {
      long size = body.size();
      sink.write(body);
      return new Reply.Streamed(ResponseEnd.COMPLETE, size, null, null);
    }
    int length = Math.toIntExact(maxBytes + 1);
    byte[] cut = Arrays.copyOf(body.toByteArray(), length);
    body.release();
    sink.write(Payload.of(cut));
    return new Reply.Streamed(ResponseEnd.OVERSIZED, length, null, null);
  }

  private void take(Function<FunctionReply, Reply> how) {
    calls.run(() -> {
      FunctionReply answer = reply;
      if (answer != null) {
        taken = true;
        calls.ended(this, how.apply(answer));
      }
    });
  }

  @Override
  public void abort() {}

  /** Nothing to do: a worker does not hear what became of its answer. */
  @Override
  public void accept() {}

  /** A refusal of an answer that was not taken ends it; one that was taken is over anyway. */
  @Override
  public void refuse(Refusal refusal) {
    calls.run(() -> {
      if (!taken) {
        calls.refused(this);
      }
    });
  }
}
