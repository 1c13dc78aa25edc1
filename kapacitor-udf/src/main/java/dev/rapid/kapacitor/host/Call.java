package dev.rapid.kapacitor.host;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.kapacitor.json.UdfEvent;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One invocation in an agent, and its reply. It changes only in the mailbox of the session, to
 * which what the sandbox calls moves.
 */
final class Call implements WorkerReply {

  private static final ResponseHead HEAD = new ResponseHead("application/json", false);

  private final Invocations invocations;
  private final Slot slot;
  private final Invocation invocation;
  private final long deadlineEpochMillis;
  private @Nullable UdfEvent event;
  private boolean released;
  private long sentNanos;
  private @Nullable Reply reply;
  private boolean taken;

  Call(Invocations invocations, Slot slot, Invocation invocation, long deadlineEpochMillis) {
    this.invocations = invocations;
    this.slot = slot;
    this.invocation = invocation;
    this.deadlineEpochMillis = deadlineEpochMillis;
  }

  Slot slot() {
    return slot;
  }

  Invocation invocation() {
    return invocation;
  }

  long deadlineEpochMillis() {
    return deadlineEpochMillis;
  }

  /** The agent gets it. */
  void sent(UdfEvent checked, long nowNanos) {
    event = checked;
    sentNanos = nowNanos;
  }

  /** Returns what the agent got, null if it has nothing of it. */
  @Nullable UdfEvent event() {
    return event;
  }

  long sentNanos() {
    return sentNanos;
  }

  /** Releases the payload, once. */
  void release() {
    if (!released) {
      released = true;
      invocation.payload().release();
    }
  }

  void repliedWith(Reply result) {
    reply = result;
  }

  boolean isReplied() {
    return reply != null;
  }

  ReplyKind kind() {
    return reply instanceof Reply.ReportedError ? ReplyKind.ERROR : ReplyKind.RESPONSE;
  }

  // ------------------------------------------------------------------ what the sandbox wants

  @Override
  public void receiveBody() {
    take(whole -> whole);
  }

  /** A response is whole: it is passed on in one piece. */
  @Override
  public void streamBody(StreamingSink sink, long maxBytes) {
    take(whole ->
        whole instanceof Reply.Response(Payload body, var contentType)
            ? passOn(body, sink, maxBytes)
            : whole);
  }

  private static Reply passOn(Payload body, StreamingSink sink, long maxBytes) {
    sink.begin(HEAD, () -> {});
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

  private void take(UnaryOperator<Reply> how) {
    invocations.run(() -> {
      Reply whole = reply;
      if (whole != null && !taken) {
        taken = true;
        invocations.ended(this, how.apply(whole));
      }
    });
  }

  @Override
  public void abort() {}

  /** Nothing to do: an agent does not hear what became of its data. */
  @Override
  public void accept() {}

  /** A refusal of a reply that was not taken ends it; one that was taken is over anyway. */
  @Override
  public void refuse(Refusal refusal) {
    invocations.run(() -> {
      if (!taken) {
        taken = true;
        invocations.refused(this);
      }
    });
  }
}
