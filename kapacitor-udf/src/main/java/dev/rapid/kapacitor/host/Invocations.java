package dev.rapid.kapacitor.host;

import dev.rapid.core.invocation.CollectedPayload;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.core.worker.Reply;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.KapacitorSettings.Completion;
import dev.rapid.kapacitor.json.AgentOutput.Counts;
import dev.rapid.kapacitor.json.EventReader;
import dev.rapid.kapacitor.json.InvalidEventException;
import dev.rapid.kapacitor.json.ResponseMeta;
import dev.rapid.kapacitor.json.UdfEvent;
import dev.rapid.kapacitor.json.UdfEvent.Expected;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.lambda.Limits;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The invocations of an agent, one at a time (contract kapacitor-udf, section 9): an event is
 * checked before any of it is sent, and the data until its completion is the response. Runs in the
 * mailbox of the session, except for the reading of long events.
 */
final class Invocations {

  private static final Logger LOG = System.getLogger(Invocations.class.getName());

  /** Longer events are read by threads of their own. */
  private static final int SHORT_BYTES = 64 * 1024;

  /** How long an event may be that arrives while its invocation runs. */
  private static final int MAX_EVENT_BYTES = 256 * 1024 * 1024;

  /** An invocation fails for its numbers so long before its timeout, which would end the agent. */
  private static final Duration BEFORE_DEADLINE = Duration.ofMillis(50);

  private final Session session;
  private final KapacitorSettings settings;
  private final EventReader reader;
  private final Data data;
  private final int rounds;
  private final Barrier barrier;
  private final NanoClock clock;
  private final WallClock wallClock;
  private final Alarm expectation;

  private @Nullable Call current;
  private Completion completion = Completion.BARRIER;
  private boolean inputEnded;
  private boolean awaitsEnd;
  private long slots;
  private @Nullable Runnable whenFree;

  /**
   * @param reader reads events for what the agent wants
   * @param rounds how many answers a barrier waits for
   */
  Invocations(
      Session session,
      KapacitorSettings settings,
      EventReader reader,
      Data data,
      int rounds,
      Barrier barrier,
      Timers timers,
      NanoClock clock,
      WallClock wallClock) {
    this.session = session;
    this.settings = settings;
    this.reader = reader;
    this.data = data;
    this.rounds = rounds;
    this.barrier = barrier;
    this.clock = clock;
    this.wallClock = wallClock;
    this.expectation = new Alarm(timers, clock, () -> session.run(this::expectationTimedOut));
  }

  void run(Runnable step) {
    session.run(step);
  }

  /** Returns whether no invocation is in the agent, and no reply on its way. */
  boolean isFree() {
    return current == null;
  }

  /** Runs a step as soon as no invocation is there. */
  void whenFree(Runnable step) {
    if (current == null) {
      step.run();
    } else {
      Runnable before = whenFree;
      whenFree =
          before == null
              ? step
              : () -> {
                before.run();
                step.run();
              };
    }
  }

  // ------------------------------------------------------------------ the event

  /** The agent has room. */
  void offer() {
    String deliveryId = session.generation() + "." + ++slots;
    session.post(new SandboxEvent.WorkerReady(new Slot(this, deliveryId)));
  }

  /** Called by the sandbox, on any thread. */
  void deliver(Slot slot, Invocation invocation, long deadlineEpochMillis) {
    // The sandbox may be done with the payload before it is read.
    invocation.payload().acquire();
    Call call = new Call(this, slot, invocation, deadlineEpochMillis);
    run(() -> begin(call));
  }

  private void begin(Call call) {
    if (session.isOver() || inputEnded) {
      call.release();
      session.post(new SandboxEvent.DeliveryFailed(call.slot()));
      return;
    }
    current = call;
    CollectedPayload.collect(call.invocation().payload(), MAX_EVENT_BYTES, new Arrival(call));
  }

  /** What becomes of a payload that has to be whole. */
  private final class Arrival implements CollectedPayload.Receiver {

    private final Call call;

    Arrival(Call call) {
      this.call = call;
    }

    @Override
    public void complete(Payload whole) {
      if (whole.size() < SHORT_BYTES) {
        read(call, whole);
      } else {
        // An invocation may fail while its event is read.
        whole.acquire();
        Thread unused =
            Thread.ofVirtual()
                .name("rapid-udf-event")
                .start(() -> {
                  read(call, whole);
                  whole.release();
                });
      }
    }

    @Override
    public void tooLarge() {
      run(() ->
          fail(
              call,
              new UdfError(
                  UdfError.Type.INVALID_EVENT,
                  "The event is longer than " + MAX_EVENT_BYTES + " bytes, which is the limit")));
    }

    @Override
    public void truncated() {
      run(() ->
          fail(
              call,
              new UdfError(
                  UdfError.Type.INVALID_EVENT, "The caller has gone in the middle of the event")));
    }
  }

  private void read(Call call, Payload whole) {
    try {
      UdfEvent event = reader.read(whole);
      Completion chosen = event.completionOr(settings.completion());
      run(() -> send(call, event, chosen));
    } catch (InvalidEventException e) {
      String message = String.valueOf(e.getMessage());
      run(() -> fail(call, new UdfError(UdfError.Type.INVALID_EVENT, message)));
    } catch (RuntimeException | Error e) {
      // An error too must have an outcome: the memory may be too small for this event alone.
      LOG.log(Level.ERROR, "Could not read the event of " + call.invocation(), e);
      run(() ->
          fail(call, new UdfError(UdfError.Type.INTERNAL, "Rapid could not read the event: " + e)));
    }
  }

  private void send(Call call, UdfEvent event, Completion chosen) {
    call.release();
    if (call != current || call.isReplied()) {
      return;
    }
    Counts late = data.begin(maxBytes(call.invocation()));
    if (late != null) {
      fail(
          call,
          new UdfError(
              UdfError.Type.LATE_DATA,
              "The agent sent %d points and %d batches between two invocations"
                  .formatted(late.points(), late.batches())));
      return;
    }
    call.sent(event, clock.nanoTime());
    completion = chosen;
    switch (chosen) {
      case BARRIER -> {
        List<Request> frames = new ArrayList<>(event.frames());
        frames.add(barrier.begin(rounds, settings.settle(), () -> complete(call)));
        session.write(frames);
      }
      case COUNT -> {
        session.write(event.frames());
        armExpectation(call, event.expected());
        checkCount(call);
      }
      case EOF -> {
        inputEnded = true;
        if (session.isConnection()) {
          List<Request> frames = new ArrayList<>(event.frames());
          frames.add(barrier.begin(rounds, settings.settle(), this::endInput));
          session.write(frames);
        } else {
          session.write(event.frames());
          endInput();
        }
      }
    }
  }

  private void endInput() {
    awaitsEnd = true;
    session.endInput();
  }

  /** Callers that want the whole response have the same limit as with all workers. */
  private static long maxBytes(Invocation invocation) {
    return invocation.sink() instanceof StreamingSink
        ? invocation.maxResponseBytes()
        : Limits.MAX_RESPONSE_BYTES;
  }

  // ------------------------------------------------------------------ the completion

  /** Data has come. */
  void dataCame() {
    barrier.dataCame();
    Call call = current;
    if (call == null) {
      data.settleIdle();
    } else {
      checkCount(call);
    }
  }

  private void checkCount(Call call) {
    UdfEvent event = call.event();
    if (event == null || completion != Completion.COUNT || call.isReplied()) {
      return;
    }
    Expected expected = event.expected();
    Counts received = data.received();
    boolean met = expected == null || expected.isMet(received.points(), received.batches());
    if (met && !data.isBatchOpen()) {
      expectation.clear();
      complete(call);
    }
  }

  private void armExpectation(Call call, @Nullable Expected expected) {
    long now = clock.nanoTime();
    Duration timeout = expected == null ? null : expected.timeout();
    if (timeout == null) {
      if (call.invocation().function().timeout().isZero()) {
        return;
      }
      long left = call.deadlineEpochMillis() - wallClock.epochMillis();
      timeout = Duration.ofMillis(Math.max(0, left)).minus(BEFORE_DEADLINE);
    }
    expectation.set(now + Math.max(0, timeout.toNanos()));
  }

  private void expectationTimedOut() {
    Call call = current;
    UdfEvent event = call == null ? null : call.event();
    if (call == null || event == null || completion != Completion.COUNT || call.isReplied()) {
      return;
    }
    Counts received = data.received();
    fail(
        call,
        new UdfError(
            UdfError.Type.EXPECTATION_NOT_MET,
            "The agent sent %d points and %d batches, but the event expects %s"
                .formatted(received.points(), received.batches(), text(event.expected()))));
  }

  private static String text(@Nullable Expected expected) {
    List<String> parts = new ArrayList<>();
    if (expected != null && expected.points() != null) {
      parts.add(expected.points() + " points");
    }
    if (expected != null && expected.batches() != null) {
      parts.add(expected.batches() + " batches");
    }
    return String.join(" and ", parts);
  }

  /** Returns whether an invocation waits for the end of the agent's output. */
  boolean awaitsEnd() {
    Call call = current;
    return awaitsEnd && call != null && !call.isReplied();
  }

  /** The agent's output has ended, as an invocation expects it. */
  void outputEnded() {
    Call call = current;
    if (call != null && awaitsEnd()) {
      if (data.isBatchOpen()) {
        fail(
            call,
            new UdfError(
                UdfError.Type.PROTOCOL_ERROR,
                "The agent ended its output in the middle of a batch"));
      } else {
        complete(call);
      }
    }
  }

  private void complete(Call call) {
    UdfEvent event = call.event();
    if (event == null || call.isReplied()) {
      return;
    }
    if (data.overflow() > 0) {
      long bytes = data.overflow();
      Counts unused = data.discard();
      began(call, new Reply.TooLarge(bytes));
      return;
    }
    int waited = completion == Completion.BARRIER ? rounds : 0;
    Payload response =
        data.response(
            new ResponseMeta(
                new Counts(event.points(), event.batches()),
                completion,
                waited,
                Duration.ofNanos(clock.nanoTime() - call.sentNanos()),
                List.of()));
    if (response.size() > maxBytes(call.invocation())
        && !(call.invocation().sink() instanceof StreamingSink)) {
      long bytes = response.size();
      response.release();
      began(call, new Reply.TooLarge(bytes));
    } else {
      began(call, new Reply.Response(response, "application/json"));
    }
  }

  // ------------------------------------------------------------------ the reply

  /** The invocation that runs ends with an error, unless its reply is on its way. */
  void fail(UdfError error) {
    Call call = current;
    if (call != null) {
      fail(call, error);
    }
  }

  private void fail(Call call, UdfError error) {
    call.release();
    if (call != current || call.isReplied()) {
      return;
    }
    barrier.cancel();
    expectation.clear();
    if (call.event() != null) {
      Counts lost = data.discard();
      LOG.log(
          Level.INFO,
          "Request {0} fails: {1} ({2} points and {3} batches of the agent are dropped)",
          call.invocation().requestId(),
          error.line(),
          lost.points(),
          lost.batches());
    }
    began(call, error.reported());
  }

  private void began(Call call, Reply reply) {
    call.repliedWith(reply);
    session.post(
        new SandboxEvent.ReplyBegan(
            call, call.kind(), call.invocation().requestId(), call.slot().deliveryId()));
  }

  /** The sandbox has the reply: the agent has room for the next invocation. */
  void ended(Call call, Reply reply) {
    if (call == current) {
      session.post(new SandboxEvent.ReplyEnded(call, reply));
      free();
    }
  }

  /** The sandbox does not want the reply, because the invocation is over. */
  void refused(Call call) {
    if (call == current) {
      session.dropped("a reply that comes too late");
      free();
    }
  }

  private void free() {
    current = null;
    if (!session.isOver()) {
      offer();
      session.idle();
    }
    runWhenFree();
  }

  /** The agent cannot be used any more. */
  void end() {
    barrier.end();
    expectation.release();
  }

  /**
   * Forgets an invocation that has no reply: the sandbox does not wait for it any more.
   *
   * @return whether there was one
   */
  boolean abandon() {
    inputEnded = true;
    barrier.cancel();
    expectation.clear();
    Call call = current;
    if (call == null || call.isReplied()) {
      return false;
    }
    call.release();
    if (call.event() != null) {
      Counts unused = data.discard();
    }
    current = null;
    runWhenFree();
    return true;
  }

  private void runWhenFree() {
    Runnable next = whenFree;
    whenFree = null;
    if (next != null) {
      next.run();
    }
  }

  /** Returns how many answers a barrier waits for. */
  int rounds() {
    return rounds;
  }
}
