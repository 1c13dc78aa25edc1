package dev.rapid.core.sandbox;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamedPayload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A runtime with some workers that does everything that a runtime may do, and much that it may not,
 * together with the connections between it and the sandbox.
 *
 * <p>What it sends needs a moment to arrive and arrives also after its death, until the sandbox
 * closes the connections.
 */
final class SimulatedRuntime extends SimulatedProcess {

  private final Set<Poll> polls = new LinkedHashSet<>();
  private final Set<Poll> delivered = new LinkedHashSet<>();
  private final Set<SimulatedReply> replies = new LinkedHashSet<>();
  private final List<SimulatedExtension> internals = new ArrayList<>();
  private @Nullable SimulatedRestoreNext restorePoll;

  SimulatedRuntime(
      Simulation world, SplittableRandom random, String name, Consumer<ProcessExit> onExit) {
    super(world, random, name, onExit);
  }

  boolean disconnected() {
    return disconnected;
  }

  /** The program begins. */
  void boot() {
    int dice = random.nextInt(100);
    if (dice < 5) {
      live(millis(0, 40), this::exit);
    } else if (dice < 8) {
      hang();
    } else if (dice < 10) {
      live(millis(0, 40), this::breakProtocol);
    } else if (dice < 20) {
      live(millis(0, 40), this::reportInitError);
    } else {
      for (int i = random.nextInt(100) < 80 ? 0 : random.nextInt(3); i > 0; i--) {
        SimulatedExtension internal = world.newInternalExtension("internal " + i, this::exit);
        internals.add(internal);
        internal.boot();
      }
      if (world.snapStart() && !chance(10)) {
        live(chance(10) ? millis(100, 700) : millis(0, 30), () -> pollRestore());
        return;
      }
      int workers = chance(30) ? 2 + random.nextInt(2) : 1;
      if (world.config().capacity() > 1) {
        workers = 1 + random.nextInt(Math.min(world.config().capacity() + 2, 6));
      }
      for (int i = 0; i < workers; i++) {
        live(chance(10) ? millis(100, 700) : millis(0, 30), new Worker()::poll);
      }
    }
  }

  /** Something happens to the program at the very moment at which an event comes. */
  void suffer() {
    switch (random.nextInt(3)) {
      case 0 -> exit();
      case 1 -> List.copyOf(polls).forEach(poll -> poll.worker.lose(poll));
      default -> {
        List.copyOf(polls).forEach(poll -> poll.worker.lose(poll));
        live(millis(0, 20), this::exit);
      }
    }
  }

  /** The runtime breaks its protocol, or its stream ends; all that it had sent is read before. */
  private void breakProtocol() {
    broken = true;
    boolean streamEnds = chance(50);
    boolean exits = (streamEnds && chance(60)) || world.config().owner() == RuntimeOwner.USER;
    int generation = world.generation();
    closeConnections();
    if (exits) {
      world.time().after(millis(0, 1100), this::exit);
    }
    world
        .time()
        .after(
            MAX_TRANSPORT.multipliedBy(2),
            () -> {
              if (!disconnected) {
                world.post(
                    new SandboxEvent.WorkerBroken(
                        generation, ErrorType.RUNTIME_UNKNOWN, "Not a frame", streamEnds));
              }
            });
  }

  private void closeConnections() {
    if (restorePoll != null) {
      restorePoll.connectionClosed();
    }
    List.copyOf(polls).forEach(Poll::connectionClosed);
    List.copyOf(delivered).forEach(Poll::connectionClosed);
    List.copyOf(replies).forEach(SimulatedReply::connectionClosed);
  }

  /** The process ends, from within or without. */
  void die() {
    dead = true;
    internals.forEach(SimulatedExtension::die);
    closeConnections();
  }

  /** The sandbox closes what is left. */
  void disconnect() {
    disconnected = true;
    List.copyOf(polls).forEach(Poll::connectionClosed);
    List.copyOf(delivered).forEach(Poll::connectionClosed);
    List.copyOf(replies).forEach(SimulatedReply::connectionClosed);
  }

  /** Returns the polls that have arrived at the sandbox, were not answered and can be. */
  List<WorkerSlot> openPolls() {
    return polls.stream().filter(Poll::isOpen).map(WorkerSlot.class::cast).toList();
  }

  private void pollRestore() {
    SimulatedRestoreNext call = new SimulatedRestoreNext();
    restorePoll = call;
    send(call::arrive);
    int dice = random.nextInt(100);
    if (dice < 6) {
      live(millis(0, 200), call::connectionClosed);
    } else if (dice < 9) {
      live(millis(0, 200), this::exit);
    }
  }

  private void hook() {
    int dice = random.nextInt(100);
    if (dice < 6) {
      live(millis(0, 40), this::exit);
    } else if (dice < 9) {
      hang();
    } else if (dice < 11) {
      live(millis(0, 40), SimulatedRuntime.this::breakProtocol);
    } else if (dice < 20) {
      live(
          millis(0, 40),
          () ->
              send(() ->
                  world.post(
                      new SandboxEvent.RestoreFailed(
                          new SimulatedRestoreError(), "Runtime.AfterRestoreError"))));
    } else if (dice < 24) {
      live(millis(0, 40), this::reportInitError);
    } else {
      live(chance(20) ? millis(30, 60) : millis(0, 30), new Worker()::poll);
    }
  }

  private void reportInitError() {
    send(() -> world.post(new SandboxEvent.InitFailed(new SimulatedInitError(), reportedError())));
  }

  private Reply.ReportedError reportedError() {
    return new Reply.ReportedError("Function.Boom", payload("error"), null, null);
  }

  private CountedPayload payload(String text) {
    CountedPayload payload = new CountedPayload(text);
    world.invariants().payloadCreated(payload);
    return payload;
  }

  /** One poller: asks for an event, handles it, asks again. */
  private final class Worker {

    /** Asks for the next event before it has handled the one that it has. */
    private final boolean eager = chance(15);

    /** A process of its own, which can end while the runtime goes on. */
    private final boolean forked = world.config().capacity() > 1 && chance(40);

    private boolean ended;

    private @Nullable Invocation before;
    private String deliveryBefore = "";

    void poll() {
      if (ended) {
        return;
      }
      Poll poll = new Poll(this, callName("next"));
      polls.add(poll);
      send(poll::arrive);
      int dice = random.nextInt(100);
      if (dice < 8) {
        live(millis(0, 200), () -> lose(poll));
      } else if (dice < 12) {
        live(millis(0, 200), SimulatedRuntime.this::exit);
      } else if (dice < 14) {
        live(millis(0, 50), SimulatedRuntime.this::reportInitError);
      } else if (dice < 16) {
        live(millis(0, 200), SimulatedRuntime.this::breakProtocol);
      }
    }

    /** The connection breaks, the program notices and asks again. */
    private void lose(Poll poll) {
      if (poll.unanswered()) {
        poll.connectionClosed();
        live(millis(0, 20), this::poll);
      }
    }

    void refused() {
      if (chance(30)) {
        exit();
      } else {
        live(millis(20, 500), this::poll);
      }
    }

    void received(Poll poll, Invocation invocation) {
      world.invariants().received(invocation);
      if (chance(10)) {
        live(millis(0, 5), poll::connectionClosed);
      }
      if (eager) {
        live(millis(0, 5), this::poll);
      }
      handle(invocation, poll.deliveryId());
      before = invocation;
      deliveryBefore = poll.deliveryId();
    }

    private void handle(Invocation invocation, String delivery) {
      int dice = random.nextInt(100);
      if (dice < 6 && forked) {
        live(millis(0, 60), this::endAlone);
      } else if (dice < 6) {
        live(millis(0, 60), SimulatedRuntime.this::exit);
      } else if (dice < 8) {
        hang();
      } else if (dice < 10) {
        live(millis(0, 60), SimulatedRuntime.this::breakProtocol);
      } else if (dice < 13) {
        // It forgets the event, and comes to its end if nobody ends it.
        live(millis(0, 30), this::poll);
        hang();
      } else {
        if (dice < 17 && before != null) {
          reply(before, deliveryBefore, Answer.RESPONSE);
        }
        live(work(), () -> reply(invocation, delivery, anyKind()));
      }
    }

    /** Its process ends, and a new one takes its place. */
    private void endAlone() {
      ended = true;
      List.copyOf(delivered).stream()
          .filter(this::isMine)
          .forEach(poll -> {
            world
                .time()
                .after(
                    SandboxConfig.DEFAULT_SETTLE_TIME,
                    () -> world.post(new SandboxEvent.WorkerEnded(poll)));
            poll.connectionClosed();
          });
      List.copyOf(polls).stream().filter(this::isMine).forEach(Poll::connectionClosed);
      List.copyOf(replies).stream()
          .filter(reply -> reply.worker == this)
          .forEach(SimulatedReply::connectionClosed);
      live(millis(20, 200), new Worker()::poll);
      // If the connection of an invocation was closed before, only a deadline or this ends it.
      hang();
    }

    @SuppressWarnings("ReferenceEquality") // A worker is equal to itself alone.
    private boolean isMine(Poll poll) {
      return poll.worker == this;
    }

    private Duration work() {
      int dice = random.nextInt(100);
      if (dice < 8) {
        return millis(90, 3200);
      }
      // Around the deadline, where races are.
      return dice < 16
          ? world.functionTimeout().plus(millis(0, 40)).minusMillis(40).abs()
          : millis(0, 40);
    }

    private Answer anyKind() {
      int dice = random.nextInt(100);
      if (dice < 70) {
        return Answer.RESPONSE;
      }
      Answer[] all = Answer.values();
      return all[random.nextInt(all.length)];
    }

    private void reply(Invocation invocation, String delivery, Answer kind) {
      if (ended) {
        return;
      }
      SimulatedReply reply =
          new SimulatedReply(this, invocation, delivery, kind, callName(kind.label));
      replies.add(reply);
      send(reply::headArrives);
      Duration body = chance(80) ? Duration.ZERO : millis(1, 120);
      live(body, reply::bodySent);
      if (chance(6)) {
        live(body.plus(millis(0, 3)), SimulatedRuntime.this::exit);
      } else if (chance(3)) {
        live(body.plus(millis(0, 3)), SimulatedRuntime.this::breakProtocol);
      } else if (chance(3)) {
        live(millis(0, 20), reply::connectionClosed);
      }
    }

    void answered(SimulatedReply reply) {
      int dice = random.nextInt(100);
      if (dice < 6) {
        live(millis(0, 20), () -> reply(reply.invocation, reply.delivery, anyKind()));
      } else if (dice < 10) {
        exit();
      } else if (dice < 12) {
        hang();
      } else if (!eager) {
        live(millis(0, 20), this::poll);
      }
    }
  }

  private enum Answer {
    RESPONSE("response"),
    ERROR("error"),
    TOO_LARGE("huge response"),
    TIMED_OUT("timeout"),
    INVALID_MODE("response in an unknown mode");

    private final String label;

    Answer(String label) {
      this.label = label;
    }
  }

  private final class Poll implements WorkerSlot {

    private final Worker worker;
    private final String label;
    private boolean arrived;
    private boolean answered;
    private boolean closed;

    Poll(Worker worker, String label) {
      this.worker = worker;
      this.label = label;
    }

    boolean unanswered() {
      return !answered;
    }

    boolean isOpen() {
      return arrived && !answered && !closed;
    }

    void arrive() {
      arrived = true;
      world.post(new SandboxEvent.WorkerReady(this));
      if (closed) {
        SimulatedRuntime.this.deliver(this::noticeClosed);
      }
    }

    void connectionClosed() {
      if (closed) {
        return;
      }
      closed = true;
      if (arrived) {
        SimulatedRuntime.this.deliver(this::noticeClosed);
      }
    }

    boolean isClosed() {
      return closed;
    }

    private void noticeClosed() {
      polls.remove(this);
      if (!answered) {
        world.post(new SandboxEvent.SlotWithdrawn(this));
      } else if (delivered.remove(this)) {
        world.post(new SandboxEvent.DeliveryLost(this));
      }
    }

    @Override
    public String deliveryId() {
      return "delivery to " + label;
    }

    @Override
    public void deliver(Invocation invocation, long deadlineEpochMillis) {
      answer("delivered");
      world.invariants().delivered(invocation, deliveryId(), this::isClosed);
      if (!closed) {
        delivered.add(this);
        if (invocation.payload() instanceof StreamedPayload payload) {
          payload.passTo(new SimulatedReceiver());
        }
        SimulatedRuntime.this.deliver(() -> {
          if (!closed && !dead && !disconnected && !broken) {
            worker.received(this, invocation);
          }
        });
      } else {
        // A user's runtime may be far away, so that only the end of its connection is noticed.
        boolean noticed = world.config().owner() == RuntimeOwner.RAPID || chance(60);
        SimulatedRuntime.this.deliver(() ->
            world.post(
                noticed
                    ? new SandboxEvent.DeliveryFailed(this)
                    : new SandboxEvent.DeliveryLost(this)));
      }
    }

    @Override
    public void refuse(Refusal refusal) {
      answer("refused");
      if (!closed) {
        live(transport(), worker::refused);
      }
    }

    private void answer(String how) {
      world.invariants().answered(this, answered, how);
      answered = true;
      polls.remove(this);
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** Takes a payload as it comes. Also a runtime that has ended gives back what it has. */
  private final class SimulatedReceiver implements StreamedPayload.Receiver {

    private boolean ended;

    @Override
    public void write(Payload bytes) {
      checkOpen();
      deliver(bytes::release);
    }

    @Override
    public void complete() {
      checkOpen();
      ended = true;
    }

    @Override
    public void truncated() {
      complete();
    }

    private void checkOpen() {
      if (ended) {
        throw new AssertionError("a payload goes on after its end");
      }
    }
  }

  /** A reply whose body may be cut by a death or a broken connection. */
  private final class SimulatedReply implements WorkerReply {

    private final Worker worker;
    private final Invocation invocation;
    private final String delivery;
    private final Answer kind;
    private final String label;
    private @Nullable StreamingSink stream;
    private boolean first;
    private boolean complete;
    private boolean cut;
    private boolean receiving;
    private boolean ended;
    private boolean answered;

    SimulatedReply(
        Worker worker, Invocation invocation, String delivery, Answer kind, String label) {
      this.worker = worker;
      this.invocation = invocation;
      this.delivery = delivery;
      this.kind = kind;
      this.label = label;
      world.invariants().replySent(invocation);
    }

    void headArrives() {
      first = world.invariants().replyArrives(invocation, delivery);
      String said = chance(50) ? delivery : null;
      world.post(
          kind == Answer.ERROR
              ? new SandboxEvent.ReplyBegan(this, ReplyKind.ERROR, invocation.requestId(), said)
              : new SandboxEvent.ReplyBegan(
                  this, ReplyKind.RESPONSE, invocation.requestId(), said));
    }

    void bodySent() {
      if (cut || worker.ended) {
        return;
      }
      complete = true;
      world.invariants().completeReplySent(invocation);
      bodyEndsLater();
    }

    void connectionClosed() {
      if (!complete) {
        cut = true;
        bodyEndsLater();
      } else if (disconnected) {
        cut = true;
      }
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      stream = sink;
      receiveBody();
    }

    @Override
    public void abort() {
      world.note(label + " is aborted");
      cut = true;
      bodyEndsLater();
    }

    @Override
    public void receiveBody() {
      receiving = true;
      if (complete && chance(30)) {
        bodyEnds();
      } else {
        bodyEndsLater();
      }
    }

    private void bodyEndsLater() {
      if (receiving && (complete || cut)) {
        deliver(this::bodyEnds);
      }
    }

    private void bodyEnds() {
      if (!ended) {
        ended = true;
        replies.remove(this);
        world.post(new SandboxEvent.ReplyEnded(this, body()));
      }
    }

    private Reply streamed(StreamingSink sink) {
      if (cut && chance(50)) {
        return new Reply.Truncated(true);
      }
      sink.begin(new ResponseHead("application/json", true), () -> {});
      sink.write(payload("piece"));
      ResponseEnd end = ResponseEnd.COMPLETE;
      if (cut) {
        end = ResponseEnd.TRUNCATED;
      } else if (kind == Answer.TOO_LARGE) {
        end = ResponseEnd.OVERSIZED;
      }
      return new Reply.Streamed(end, 1, null, null);
    }

    private Reply body() {
      StreamingSink sink = stream;
      if (sink != null && kind != Answer.INVALID_MODE && kind != Answer.TIMED_OUT) {
        return streamed(sink);
      }
      if (cut) {
        return new Reply.Truncated(true);
      }
      return switch (kind) {
        case RESPONSE -> new Reply.Response(payload("result"), "application/json");
        case ERROR -> reportedError();
        case TOO_LARGE -> new Reply.TooLarge(7_000_000);
        case TIMED_OUT -> {
          world.invariants().timedOutByWorker(invocation);
          yield new Reply.TimedOut();
        }
        case INVALID_MODE -> new Reply.Malformed("Runtime.InvalidResponseModeHeader", null);
      };
    }

    @Override
    public void accept() {
      answer("accepted");
      world.invariants().accepted(invocation);
    }

    @Override
    public void refuse(Refusal refusal) {
      answer("refused");
      world.invariants().refused(invocation, refusal, first);
    }

    private void answer(String how) {
      world.invariants().answered(this, answered, how);
      answered = true;
      replies.remove(this);
      if (!cut) {
        live(transport(), () -> worker.answered(this));
      } else {
        live(transport(), worker::poll);
      }
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final class SimulatedRestoreNext implements RestoreSlot {

    private final String label = callName("restore next");
    private boolean arrived;
    private boolean answered;
    private boolean closed;

    void arrive() {
      arrived = true;
      world.post(new SandboxEvent.SnapshotReady(this));
      if (closed) {
        noticeLater();
      }
    }

    void connectionClosed() {
      if (!closed) {
        closed = true;
        if (arrived) {
          noticeLater();
        }
        live(millis(15, 60), SimulatedRuntime.this::pollRestore);
      }
    }

    private void noticeLater() {
      SimulatedRuntime.this.deliver(() -> world.post(new SandboxEvent.RestoreSlotWithdrawn(this)));
    }

    @Override
    public void restored() {
      world.invariants().answered(label, answered, "restored");
      answered = true;
      if (!closed) {
        live(transport(), SimulatedRuntime.this::hook);
      }
    }

    @Override
    public void refuse(Refusal refusal) {
      world.invariants().answered(label, answered, "refused");
      answered = true;
      live(millis(0, 30), SimulatedRuntime.this::exit);
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final class SimulatedRestoreError implements RestoreFailureCall {

    private final String label = callName("restore error");
    private boolean answered;

    @Override
    public void accept() {
      world.invariants().answered(label, answered, "accepted");
      answered = true;
      if (chance(80)) {
        live(millis(0, 30), SimulatedRuntime.this::exit);
      } else {
        hang();
      }
    }

    @Override
    public void refuse(Refusal refusal) {
      world.invariants().answered(label, answered, "refused");
      answered = true;
      live(millis(0, 30), SimulatedRuntime.this::exit);
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private final class SimulatedInitError implements InitFailureCall {

    private final String label = callName("init error");
    private boolean answered;

    @Override
    public void accept() {
      world.invariants().answered(this, answered, "accepted");
      answered = true;
      int dice = random.nextInt(100);
      if (dice < 70) {
        live(millis(0, 30), SimulatedRuntime.this::exit);
      } else if (dice < 85) {
        hang();
      } else {
        live(millis(0, 30), new Worker()::poll);
      }
    }

    @Override
    public void refuse(Refusal refusal) {
      world.invariants().answered(this, answered, "refused");
      answered = true;
      live(millis(0, 30), SimulatedRuntime.this::exit);
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /** Returns all that a list of runtimes still waits for. */
  static List<WorkerSlot> openPolls(List<SimulatedRuntime> runtimes) {
    List<WorkerSlot> open = new ArrayList<>();
    for (SimulatedRuntime runtime : runtimes) {
      if (!runtime.disconnected) {
        open.addAll(runtime.openPolls());
      }
    }
    return open;
  }
}
