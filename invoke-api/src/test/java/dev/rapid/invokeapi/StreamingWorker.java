package dev.rapid.invokeapi;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamedPayload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A worker that takes payloads while they arrive; the test decides what it answers. */
final class StreamingWorker {

  private final Sandbox sandbox;
  private final List<Payload> held = new ArrayList<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private @Nullable Invocation invocation;
  private boolean holds;
  private boolean complete;
  private boolean truncated;

  StreamingWorker(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Has room for one more invocation. */
  void ready() {
    synchronized (this) {
      invocation = null;
      complete = false;
      truncated = false;
      received.reset();
    }
    sandbox.post(new SandboxEvent.WorkerReady(new Slot()));
  }

  /** Does not take the bytes that come. */
  synchronized void hold() {
    holds = true;
  }

  void takeHeld() {
    List<Payload> taken;
    synchronized (this) {
      holds = false;
      taken = List.copyOf(held);
      held.clear();
    }
    taken.forEach(Payload::release);
  }

  synchronized @Nullable Invocation invocation() {
    return invocation;
  }

  synchronized byte[] received() {
    return received.toByteArray();
  }

  synchronized boolean hasAll() {
    return complete;
  }

  synchronized boolean brokeOff() {
    return truncated;
  }

  /** Answers, and has room for the next invocation when the answer was taken. */
  void answer(ResponseHead head, byte[]... pieces) {
    reply(ReplyKind.RESPONSE, new Answer(head, List.of(pieces)));
  }

  void fail(String errorType, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    reply(ReplyKind.ERROR, new Answer(new ResponseHead(errorType, false), List.of(bytes)));
  }

  private void reply(ReplyKind kind, Answer answer) {
    Invocation answered = invocation();
    if (answered == null) {
      throw new IllegalStateException("There is no invocation");
    }
    sandbox.post(new SandboxEvent.ReplyBegan(answer, kind, answered.requestId()));
  }

  private final class Slot implements WorkerSlot {

    private final String id = UUID.randomUUID().toString();

    @Override
    public String deliveryId() {
      return id;
    }

    @Override
    public void deliver(Invocation delivered, long deadlineEpochMillis) {
      synchronized (StreamingWorker.this) {
        invocation = delivered;
      }
      ((StreamedPayload) delivered.payload()).passTo(new Body());
    }

    @Override
    public void refuse(Refusal refusal) {
      throw new AssertionError(refusal.toString());
    }
  }

  private final class Body implements StreamedPayload.Receiver {

    @Override
    public void write(Payload bytes) {
      boolean later;
      synchronized (StreamingWorker.this) {
        received.writeBytes(bytes.toByteArray());
        later = holds;
        if (later) {
          held.add(bytes);
        }
      }
      if (!later) {
        bytes.release();
      }
    }

    @Override
    public void complete() {
      synchronized (StreamingWorker.this) {
        complete = true;
      }
    }

    @Override
    public void truncated() {
      synchronized (StreamingWorker.this) {
        truncated = true;
      }
    }
  }

  private final class Answer implements WorkerReply {

    private final ResponseHead head;
    private final List<byte[]> pieces;

    Answer(ResponseHead head, List<byte[]> pieces) {
      this.head = head;
      this.pieces = pieces;
    }

    @Override
    public void receiveBody() {
      sandbox.post(
          new SandboxEvent.ReplyEnded(
              this,
              new Reply.ReportedError(
                  head.contentType(), Payload.of(pieces.getFirst()), null, null)));
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      sink.begin(head, () -> {});
      pieces.forEach(piece -> sink.write(Payload.of(piece)));
      sandbox.post(
          new SandboxEvent.ReplyEnded(
              this, new Reply.Streamed(ResponseEnd.COMPLETE, 1, null, null)));
    }

    @Override
    public void abort() {}

    @Override
    public void accept() {
      ready();
    }

    @Override
    public void refuse(Refusal refusal) {
      ready();
    }
  }
}
