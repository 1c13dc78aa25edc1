package dev.rapid.core.fleet;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.util.function.Consumer;

/** A runtime with several workers, each of which asks for an invocation, and again after it. */
abstract class FleetWorkers {

  private final Sandbox sandbox;
  private final int workers;
  private final Consumer<ProcessExit> exited;
  private boolean over;

  FleetWorkers(Sandbox sandbox, int workers, Consumer<ProcessExit> exited) {
    this.sandbox = sandbox;
    this.workers = workers;
    this.exited = exited;
  }

  /** Takes an invocation; {@link #answer} or {@link #exit} may follow. */
  abstract void work(Invocation invocation);

  /** Lets all workers ask for an invocation. */
  final void begin() {
    for (int i = 0; i < workers; i++) {
      poll();
    }
  }

  private void poll() {
    if (!over) {
      sandbox.post(new SandboxEvent.WorkerReady(new Slot()));
    }
  }

  /** Answers an invocation, if the runtime lives, and asks for the next one. */
  final void answer(Invocation invocation) {
    if (!over) {
      sandbox.post(
          new SandboxEvent.ReplyBegan(new Answer(), ReplyKind.RESPONSE, invocation.requestId()));
    }
  }

  /** Ends the runtime. */
  final void exit(ProcessExit exit) {
    if (!over) {
      over = true;
      exited.accept(exit);
    }
  }

  private final class Slot implements WorkerSlot {

    @Override
    public String deliveryId() {
      return toString();
    }

    @Override
    public void deliver(Invocation invocation, long deadlineEpochMillis) {
      if (over) {
        sandbox.post(new SandboxEvent.DeliveryFailed(this));
      } else {
        work(invocation);
      }
    }

    @Override
    public void refuse(Refusal refusal) {}
  }

  private final class Answer implements WorkerReply {

    @Override
    public void receiveBody() {
      sandbox.post(new SandboxEvent.ReplyEnded(this, new Reply.Response(Payload.of("1"), null)));
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      throw new AssertionError("No caller wants a stream");
    }

    @Override
    public void abort() {
      throw new AssertionError("No caller wants a stream");
    }

    @Override
    public void accept() {
      poll();
    }

    @Override
    public void refuse(Refusal refusal) {
      poll();
    }
  }
}
