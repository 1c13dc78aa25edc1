package dev.rapid.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxConfig;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class FleetTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Outcome CALLER_GONE = new Outcome.Rejected(Outcome.Rejection.CALLER_GONE);
  private static final Outcome THROTTLED = new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);
  private static final Outcome SHUTTING_DOWN =
      new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN);

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedAtOnce();
  private final Fleet fleet = fleet(2);
  private final FakeSlot next = new FakeSlot();
  private final Invocation a = invocation("a");
  private final Invocation b = invocation("b");
  private final Invocation c = invocation("c");
  private final Invocation d = invocation("d");

  private Fleet fleet(int maxWaiting) {
    return new Fleet(
        FleetConfig.of(1, 1).withMaxWaiting(maxWaiting),
        member ->
            Sandboxes.sandbox()
                .config(SandboxConfig.started(Duration.ZERO))
                .processes(processes)
                .time(time)
                .member(member)
                .build(),
        time,
        time);
  }

  private static Invocation invocation(String id) {
    return Invocations.invocation().requestId(id).payload(new CountedPayload(id)).build();
  }

  private static int readersOf(Invocation invocation) {
    return ((CountedPayload) invocation.payload()).readers();
  }

  private FakeSlot poll() {
    FakeSlot call = new FakeSlot();
    poll(call);
    return call;
  }

  private void poll(WorkerSlot call) {
    fleet.first().post(new SandboxEvent.WorkerReady(call));
  }

  private void respond(String requestId) {
    FakeReply reply = new FakeReply();
    fleet.first().post(new SandboxEvent.ReplyBegan(reply, ReplyKind.RESPONSE, requestId));
    fleet
        .first()
        .post(new SandboxEvent.ReplyEnded(reply, new Reply.Response(Payload.of("1"), null)));
  }

  @Test
  void the_first_invocation_goes_to_the_sandbox_at_once() {
    fleet.invoke(a);

    poll(next);

    assertThat(next.delivered()).isSameAs(a);
    assertThat(fleet.waitingCount()).isZero();
  }

  @Test
  void invocations_are_served_in_the_order_of_their_arrival() {
    fleet.invoke(a);
    fleet.invoke(b);
    fleet.invoke(c);
    assertThat(fleet.waitingCount()).isEqualTo(3);

    poll();
    respond("a");
    FakeSlot second = poll();
    respond("b");
    FakeSlot third = poll();

    assertThat(second.delivered()).isSameAs(b);
    assertThat(third.delivered()).isSameAs(c);
  }

  @Test
  void the_next_invocation_waits_for_the_poll_and_not_only_for_the_response() {
    fleet.invoke(a);
    fleet.invoke(b);
    poll();

    respond("a");

    assertThat(Invocations.outcomeOf(a)).isInstanceOf(Outcome.Returned.class);
    assertThat(fleet.waitingCount()).isEqualTo(1);
  }

  @Test
  void an_event_is_kept_until_the_invocation_has_ended() {
    fleet.invoke(a);
    poll();
    respond("a");
    assertThat(readersOf(a)).isEqualTo(1);

    poll();

    assertThat(readersOf(a)).isZero();
  }

  @Test
  void an_invocation_that_waits_while_another_fails_is_not_harmed() {
    fleet.invoke(a);
    fleet.invoke(b);
    poll();

    time.advanceBy(TIMEOUT);
    assertThat(Invocations.outcomeOf(a)).isInstanceOf(Outcome.Failed.class);
    poll(next);

    assertThat(next.delivered()).isSameAs(b);
  }

  @Test
  void an_invocation_too_many_is_throttled() {
    fleet.invoke(a);
    fleet.invoke(b);
    fleet.invoke(c);

    fleet.invoke(d);

    assertThat(Invocations.outcomeOf(d)).isEqualTo(THROTTLED);
    assertThat(readersOf(d)).isZero();
    assertThat(fleet.waitingCount()).isEqualTo(3);
  }

  @Test
  void a_caller_that_goes_while_it_waits_frees_its_place() {
    fleet.invoke(a);
    fleet.invoke(b);
    fleet.invoke(c);

    fleet.callerGone(b);
    fleet.invoke(d);

    assertThat(Invocations.outcomeOf(b)).isEqualTo(CALLER_GONE);
    assertThat(readersOf(b)).isZero();
    assertThat(Invocations.outcomeOf(d)).isNull();
    poll();
    respond("a");
    poll(next);
    assertThat(next.delivered()).isSameAs(c);
  }

  @Test
  void a_caller_that_goes_during_init_leaves_the_sandbox_to_the_next_one() {
    fleet.invoke(a);
    fleet.invoke(b);

    fleet.callerGone(a);
    poll(next);

    assertThat(next.delivered()).isSameAs(b);
    assertThat(readersOf(a)).isZero();
  }

  @Test
  void an_invocation_that_runs_is_not_disturbed_when_its_caller_goes() {
    fleet.invoke(a);
    poll();

    fleet.callerGone(a);
    respond("a");

    assertThat(Invocations.outcomeOf(a)).isInstanceOf(Outcome.Returned.class);
  }

  @Test
  void two_callers_with_the_same_id_are_two_callers() {
    Invocation twin = invocation("b");
    fleet.invoke(a);
    fleet.invoke(b);
    fleet.invoke(twin);

    fleet.callerGone(twin);

    poll();
    respond("a");
    poll(next);
    assertThat(next.delivered()).isSameAs(b);
    assertThat(readersOf(twin)).isZero();
  }

  @Test
  void a_shutdown_rejects_all_that_run_or_wait() {
    fleet.invoke(a);
    poll();
    fleet.invoke(b);
    fleet.invoke(c);

    CompletableFuture<Void> end = fleet.shutDown();

    assertThat(end).isCompleted();
    assertThat(processes.alive()).isEmpty();
    for (Invocation invocation : List.of(a, b, c)) {
      assertThat(Invocations.outcomeOf(invocation)).isEqualTo(SHUTTING_DOWN);
      assertThat(readersOf(invocation)).isZero();
    }
  }

  @Test
  void an_invocation_after_the_shutdown_is_rejected() {
    var ignored = fleet.shutDown();

    fleet.invoke(a);

    assertThat(Invocations.outcomeOf(a)).isEqualTo(SHUTTING_DOWN);
    assertThat(readersOf(a)).isZero();
  }

  @Test
  @Timeout(60)
  void every_invocation_of_several_threads_has_one_outcome() throws InterruptedException {
    int callers = 4;
    int each = 2_000;
    Fleet busy = fleet(callers * each);
    ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      List<Invocation> invocations =
          IntStream.range(0, each)
              .mapToObj(
                  i -> Invocations.invocation().requestId("i" + i).sink(outcomes::add).build())
              .toList();
      threads.add(new Thread(() -> invocations.forEach(busy::invoke)));
    }
    busy.initialise();
    new EagerRuntime(busy.first()).poll();

    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(outcomes).hasSize(callers * each).hasOnlyElementsOfType(Outcome.Returned.class);
    assertThat(busy.waitingCount()).isZero();
  }

  /** Answers every event at once, on the thread that brings it. */
  private record EagerRuntime(Sandbox sandbox) implements WorkerSlot, WorkerReply {

    void poll() {
      sandbox.post(new SandboxEvent.WorkerReady(new EagerRuntime(sandbox)));
    }

    @Override
    public String deliveryId() {
      return "the only one";
    }

    @Override
    public void deliver(Invocation invocation, long deadlineEpochMillis) {
      sandbox.post(new SandboxEvent.ReplyBegan(this, ReplyKind.RESPONSE, invocation.requestId()));
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      throw new AssertionError("Nobody wants a stream");
    }

    @Override
    public void abort() {
      throw new AssertionError("Nobody wants a stream");
    }

    @Override
    public void receiveBody() {
      sandbox.post(new SandboxEvent.ReplyEnded(this, new Reply.Response(Payload.of("1"), null)));
    }

    @Override
    public void accept() {
      poll();
    }

    @Override
    public void refuse(Refusal refusal) {
      throw new AssertionError("refused: " + refusal);
    }
  }

  @Test
  void a_reservation_released_before_its_invocation_ends_changes_no_count() {
    Fleet fleet = readyFleet(1, new FakeSlot());
    Fleet.Reservation reservation = reserve(fleet);
    reservation.invoke(Invocations.anInvocation("reserved"));
    reservation.release();
    FakeReply reply = new FakeReply();
    fleet.first().post(new SandboxEvent.ReplyBegan(reply, ReplyKind.RESPONSE, "reserved"));
    fleet.first().post(new SandboxEvent.ReplyEnded(reply, new Reply.Response(Payload.EMPTY, null)));
    fleet.first().post(new SandboxEvent.WorkerReady(new FakeSlot()));
    fleet.invoke(Invocations.anInvocation("first"));
    Invocation second = Invocations.anInvocation("second");

    fleet.invoke(second);

    assertThat(Invocations.outcomeOf(second)).isNull();
    assertThat(fleet.waitingCount()).isEqualTo(1);
  }

  @Test
  void a_release_serves_those_that_wait_before_one_that_comes_meanwhile() {
    List<String> delivered = new ArrayList<>();
    Fleet[] fleet = new Fleet[1];
    fleet[0] =
        readyFleet(
            2,
            slot(delivered, () -> fleet[0].invoke(Invocations.anInvocation("late"))),
            slot(delivered, () -> {}));
    Fleet.Reservation reservation = reserve(fleet[0]);
    fleet[0].invoke(Invocations.anInvocation("first"));
    fleet[0].invoke(Invocations.anInvocation("second"));

    reservation.release();

    assertThat(delivered).containsExactly("first", "second");
  }

  private static Fleet.Reservation reserve(Fleet fleet) {
    Fleet.@Nullable Reservation[] given = new Fleet.Reservation[1];
    fleet.reserve(reservation -> given[0] = reservation);
    return Objects.requireNonNull(given[0]);
  }

  private static Fleet readyFleet(int capacity, WorkerSlot... slots) {
    VirtualTime time = new VirtualTime();
    Fleet fleet =
        new Fleet(
            FleetConfig.of(1, capacity).withMaxWaiting(10),
            member ->
                Sandboxes.sandbox()
                    .config(SandboxConfig.started(Duration.ZERO).withCapacity(capacity))
                    .member(member)
                    .build(),
            time,
            time);
    fleet.initialise();
    for (WorkerSlot slot : slots) {
      fleet.first().post(new SandboxEvent.WorkerReady(slot));
    }
    return fleet;
  }

  private static WorkerSlot slot(List<String> delivered, Runnable then) {
    return new WorkerSlot() {
      @Override
      public String deliveryId() {
        return "delivery";
      }

      @Override
      public void deliver(Invocation invocation, long deadlineEpochMillis) {
        delivered.add(invocation.requestId());
        then.run();
      }

      @Override
      public void refuse(Refusal refusal) {}
    };
  }
}
