package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.testing.CountedPayload;
import dev.rapid.core.testing.FakeInitFailureCall;
import dev.rapid.core.testing.FakeProcesses;
import dev.rapid.core.testing.FakeReply;
import dev.rapid.core.testing.FakeSlot;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingEvents;
import dev.rapid.core.testing.Sandboxes;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The shell: the order of events and effects, and what happens when an effect fails. */
final class SandboxTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final VirtualTime time = new VirtualTime();
  private final FakeProcesses processes = FakeProcesses.stoppedByTheTest();
  private final RecordingEvents events = new RecordingEvents();
  private final List<Phase> phases = new ArrayList<>();
  private final List<Invocation> ended = new ArrayList<>();
  private final AtomicInteger disconnections = new AtomicInteger();
  private final FakeSlot next = new FakeSlot();
  private final FakeReply reply = new FakeReply();
  private final Invocation a = Invocations.anInvocation("a");
  private final Invocation b = Invocations.anInvocation("b");

  private Sandbox sandbox() {
    return sandbox(SandboxConfig.started(Duration.ofSeconds(10)));
  }

  private Sandbox sandbox(SandboxConfig config) {
    return sandbox(config, events, phases::add, ended::add);
  }

  private Sandbox sandbox(
      SandboxConfig config,
      EventsApi telemetry,
      PhaseListener listener,
      Consumer<Invocation> available) {
    return Sandboxes.sandbox()
        .config(config)
        .processes(processes)
        .connections(closed -> {
          disconnections.incrementAndGet();
          closed.run();
        })
        .events(telemetry)
        .phases(listener)
        .time(time)
        .available(available)
        .build();
  }

  private static void respond(Sandbox sandbox, WorkerReply call, String requestId, Reply body) {
    sandbox.post(new SandboxEvent.ReplyBegan(call, ReplyKind.RESPONSE, requestId));
    sandbox.post(new SandboxEvent.ReplyEnded(call, body));
  }

  @Test
  void an_invocation_runs_from_the_caller_to_the_runtime_and_back() {
    Sandbox sandbox = sandbox();
    Reply.Response response = new Reply.Response(new CountedPayload("\"ok\""), "application/json");

    sandbox.post(new SandboxEvent.InvokeRequested(a));
    sandbox.post(new SandboxEvent.WorkerReady(next));
    respond(sandbox, reply, "a", response);
    sandbox.post(new SandboxEvent.WorkerReady(new FakeSlot()));

    assertThat(next.delivered()).isSameAs(a);
    assertThat(reply.accepted()).isTrue();
    assertThat(Invocations.outcomeOf(a))
        .isEqualTo(new Outcome.Returned(response.payload(), "application/json"));
    assertThat(ended).containsExactly(a);
    assertThat(events.names())
        .containsExactly(
            "InitStart", "InitRuntimeDone", "InitReport", "Start", "RuntimeDone", "End", "Report");
  }

  @Test
  void the_runtime_sees_the_deadline_in_the_time_of_day() {
    Sandbox sandbox = sandbox();
    sandbox.post(new SandboxEvent.InvokeRequested(a));
    time.advanceBy(Duration.ofMillis(700));

    sandbox.post(new SandboxEvent.WorkerReady(next));

    assertThat(next.deadlineEpochMillis())
        .isEqualTo(VirtualTime.EPOCH_MILLIS_AT_START + 700 + TIMEOUT.toMillis());
  }

  @Test
  void an_invocation_without_a_time_limit_has_a_deadline_that_clients_can_read() {
    Sandbox sandbox = sandbox(SandboxConfig.started(Duration.ZERO));
    Invocation unlimited = Invocations.invocation().timeout(Duration.ZERO).build();
    sandbox.post(new SandboxEvent.InvokeRequested(unlimited));

    sandbox.post(new SandboxEvent.WorkerReady(next));

    assertThat(next.deadlineEpochMillis())
        .isEqualTo(VirtualTime.EPOCH_MILLIS_AT_START + Duration.ofDays(365).toMillis());
  }

  @Test
  void the_alarm_of_the_deadline_ends_the_invocation() {
    Sandbox sandbox = sandbox();
    sandbox.post(new SandboxEvent.InvokeRequested(a));
    sandbox.post(new SandboxEvent.WorkerReady(next));

    time.advanceBy(TIMEOUT);

    assertThat(Invocations.outcomeOf(a)).isInstanceOf(Outcome.Failed.class);
    assertThat(processes.stops()).containsExactly(1);
  }

  @Test
  void the_alarm_of_the_grace_ends_a_runtime_that_stays_after_its_init_error() {
    Sandbox sandbox = sandbox();
    CountedPayload body = new CountedPayload("{}");
    FakeInitFailureCall call = new FakeInitFailureCall();
    sandbox.post(new SandboxEvent.InitRequested());
    sandbox.post(
        new SandboxEvent.InitFailed(
            call, new Reply.ReportedError("Runtime.Unknown", body, null, null)));

    time.advanceBy(SandboxConfig.DEFAULT_INIT_ERROR_GRACE);

    assertThat(call.accepted()).isTrue();
    assertThat(body.readers()).isZero();
    assertThat(processes.stops()).containsExactly(1);
  }

  @Test
  void news_of_processes_become_events() {
    Sandbox sandbox = sandbox();
    processes.failNextStart(new StartFailure(StartFailure.Kind.INVALID_ENTRYPOINT, "no bootstrap"));
    sandbox.post(new SandboxEvent.InvokeRequested(a));
    processes.gone();
    sandbox.post(new SandboxEvent.WorkerReady(next));

    processes.exit(new ProcessExit.Exited(3));
    time.advanceBy(SandboxConfig.DEFAULT_SETTLE_TIME);

    assertThat(processes.starts()).containsExactly(1, 2);
    assertThat(Invocations.outcomeOf(a)).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void an_event_posted_by_an_effect_waits_for_the_effects_that_follow() {
    List<String> order = new ArrayList<>();
    Sandbox[] sandbox = new Sandbox[1];
    sandbox[0] =
        sandbox(
            SandboxConfig.started(Duration.ZERO),
            event -> order.add(event.getClass().getSimpleName()),
            phase -> order.add("in " + phase.activity()),
            invocation -> {
              order.add("ended " + invocation.requestId());
              if (invocation.requestId().equals("a")) {
                sandbox[0].post(new SandboxEvent.InvokeRequested(b));
                order.add("posted b");
              }
            });
    sandbox[0].post(new SandboxEvent.InvokeRequested(a));
    sandbox[0].post(new SandboxEvent.WorkerReady(next));
    respond(sandbox[0], reply, "a", new Reply.Truncated(true));
    order.clear();

    sandbox[0].post(new SandboxEvent.WorkerReady(new FakeSlot()));

    assertThat(order)
        .containsExactly(
            "RuntimeDone",
            "End",
            "Report",
            "ended a",
            "posted b",
            "in Ready",
            "Start",
            "in Invoking");
  }

  @Test
  void events_posted_by_effects_are_handled_in_the_order_in_which_they_were_posted() {
    Sandbox[] sandbox = new Sandbox[1];
    FakeSlot first = new FakeSlot("first");
    FakeSlot second = new FakeSlot("second");
    sandbox[0] =
        sandbox(
            SandboxConfig.started(Duration.ZERO),
            event -> {
              if (event instanceof LifecycleEvent.InitStart) {
                sandbox[0].post(new SandboxEvent.WorkerReady(first));
                sandbox[0].post(new SandboxEvent.WorkerReady(second));
              }
            },
            phases::add,
            ended::add);

    sandbox[0].post(new SandboxEvent.InitRequested());

    assertThat(sandbox[0].state().slots()).containsExactly(first, second);
  }

  @Test
  void an_error_of_the_virtual_machine_is_thrown_and_does_not_stop_the_queue() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Sandbox sandbox =
        sandbox(
            SandboxConfig.started(Duration.ZERO),
            event -> {
              if (broken.getAndSet(false)) {
                throw new NoClassDefFoundError("telemetry is broken");
              }
            },
            phases::add,
            ended::add);

    assertThatThrownBy(() -> sandbox.post(new SandboxEvent.InvokeRequested(a)))
        .isInstanceOf(NoClassDefFoundError.class);
    sandbox.post(new SandboxEvent.ShutdownRequested());

    assertThat(sandbox.state().phase()).isInstanceOf(Phase.ShuttingDown.class);
  }

  @Test
  void an_effect_that_throws_does_not_stop_the_others() {
    Sandbox sandbox =
        sandbox(
            SandboxConfig.started(Duration.ZERO),
            event -> {
              throw new IllegalStateException("telemetry is broken");
            },
            phases::add,
            ended::add);

    sandbox.post(new SandboxEvent.InvokeRequested(a));
    sandbox.post(new SandboxEvent.WorkerReady(next));

    assertThat(next.delivered()).isSameAs(a);
  }

  @Test
  void an_event_that_cannot_be_decided_about_does_not_stop_the_queue() {
    Sandbox sandbox = sandbox();
    Duration beyondNanos = Duration.ofSeconds(Long.MAX_VALUE);

    sandbox.post(new SandboxEvent.InitRequested());
    sandbox.post(new SandboxEvent.WorkerReady(next));
    sandbox.post(
        new SandboxEvent.InvokeRequested(Invocations.invocation().timeout(beyondNanos).build()));
    sandbox.post(new SandboxEvent.ShutdownRequested());

    assertThat(sandbox.state().phase()).isInstanceOf(Phase.ShuttingDown.class);
  }

  @Test
  void all_who_are_told_of_a_deadline_are_told_the_same_moment() {
    Sandbox sandbox = sandbox();
    FakeSlot second = new FakeSlot("second");

    sandbox.post(new SandboxEvent.InvokeRequested(a));
    sandbox.post(new SandboxEvent.WorkerReady(next));
    time.advanceBy(Duration.ofNanos(700_001));
    sandbox.post(new SandboxEvent.DeliveryFailed(next));
    sandbox.post(new SandboxEvent.WorkerReady(second));

    assertThat(second.deadlineEpochMillis()).isEqualTo(next.deadlineEpochMillis());
  }

  @Test
  void a_phase_listener_that_throws_does_not_stop_the_queue() {
    Sandbox sandbox =
        sandbox(
            SandboxConfig.started(Duration.ZERO),
            events,
            phase -> {
              throw new IllegalStateException("the listener is broken");
            },
            ended::add);

    sandbox.post(new SandboxEvent.InvokeRequested(a));
    sandbox.post(new SandboxEvent.WorkerReady(next));

    assertThat(next.delivered()).isSameAs(a);
  }

  @Test
  void the_listener_is_told_of_every_change_of_phase_once() {
    Sandbox sandbox = sandbox();

    sandbox.post(new SandboxEvent.InitRequested());
    sandbox.post(new SandboxEvent.InitRequested());
    sandbox.post(new SandboxEvent.WorkerReady(next));
    sandbox.post(new SandboxEvent.WorkerReady(new FakeSlot()));
    sandbox.post(new SandboxEvent.ShutdownRequested());
    processes.gone();

    assertThat(phases.stream().map(phase -> phase.activity()))
        .containsExactly("Initializing", "Ready", "ShuttingDown", "Terminated");
  }

  @Test
  void the_end_is_told_only_when_no_process_is_left() {
    Sandbox sandbox = sandbox();
    sandbox.post(new SandboxEvent.InitRequested());

    sandbox.post(new SandboxEvent.ShutdownRequested());
    assertThat(sandbox.terminated()).isNotDone();
    assertThat(disconnections).hasValue(0);

    processes.gone();
    assertThat(sandbox.terminated()).isCompleted();
    assertThat(disconnections).hasValue(1);
    assertThat(processes.alive()).isEmpty();
  }

  @Test
  void the_body_of_a_reply_that_comes_too_late_is_given_back() {
    Sandbox sandbox = sandbox();
    CountedPayload late = new CountedPayload("late");
    sandbox.post(new SandboxEvent.InvokeRequested(a));
    sandbox.post(new SandboxEvent.WorkerReady(next));
    time.advanceBy(TIMEOUT);

    sandbox.post(new SandboxEvent.ReplyEnded(reply, new Reply.Response(late, null)));

    assertThat(late.readers()).isZero();
    assertThat(reply.refusal()).isEqualTo(new Refusal.UnknownInvocation());
  }

  @Test
  @Timeout(60)
  void no_event_of_several_threads_is_lost_and_each_thread_keeps_its_order()
      throws InterruptedException {
    int producers = 4;
    int eventsEach = 20_000;
    Sandbox sandbox = sandbox();
    List<Integer> handled = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int producer = 0; producer < producers; producer++) {
      int from = producer * eventsEach;
      threads.add(
          new Thread(() -> {
            for (int i = from; i < from + eventsEach; i++) {
              sandbox.post(
                  new SandboxEvent.ReplyBegan(
                      new NumberedCall(i, handled), ReplyKind.RESPONSE, "x"));
            }
          }));
    }

    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    // The list is not thread-safe: that nothing is missing in it also shows that effects take
    // turns.
    assertThat(handled).hasSize(producers * eventsEach);
    for (int producer = 0; producer < producers; producer++) {
      int from = producer * eventsEach;
      int to = from + eventsEach;
      assertThat(handled.stream().filter(i -> i >= from && i < to))
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  /** A reply with a foreign id, so that its refusal shows when its event was handled. */
  private record NumberedCall(int number, List<Integer> handled) implements WorkerReply {

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
      throw new AssertionError("nobody invoked this");
    }

    @Override
    public void accept() {
      throw new AssertionError("nobody invoked this");
    }

    @Override
    public void refuse(Refusal refusal) {
      handled.add(number);
    }
  }
}
