package dev.rapid.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.sandbox.Phase;
import dev.rapid.core.sandbox.PhaseListener;
import dev.rapid.core.sandbox.ShutdownReason;
import dev.rapid.core.sandbox.Stop;
import dev.rapid.core.time.Deadline;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private static final Phase INITIALIZING =
      new Phase.Initializing(InitPhase.INIT, 0, Deadline.NEVER, List.of(), true, null);
  private static final Stop STOP =
      new Stop(
          ShutdownReason.FAILURE,
          Stop.Stage.KILLING,
          0,
          Deadline.NEVER,
          Deadline.NEVER,
          false,
          List.of());
  private static final Phase RESETTING = new Phase.Resetting(STOP, List.of());

  private final AtomicInteger told = new AtomicInteger();

  @Test
  void a_function_is_ready_when_its_init_has_succeeded() {
    Readiness readiness = new Readiness(false, false);
    PhaseListener sandbox = readiness.sandbox();
    readiness.whenReady(told::incrementAndGet);

    sandbox.entered(INITIALIZING);
    assertThat(readiness.snapshot()).isEqualTo(new Readiness.Snapshot(false, "Initializing"));
    sandbox.entered(Phase.Serving.IDLE);

    assertThat(readiness.snapshot()).isEqualTo(new Readiness.Snapshot(true, "Ready"));
    assertThat(told).hasValue(1);
  }

  @Test
  void it_stays_ready_when_the_next_invocation_will_start_it_again() {
    Readiness readiness = new Readiness(false, false);
    PhaseListener sandbox = readiness.sandbox();

    sandbox.entered(Phase.Serving.IDLE);
    sandbox.entered(RESETTING);
    sandbox.entered(new Phase.Cold());

    assertThat(readiness.snapshot()).isEqualTo(new Readiness.Snapshot(true, "Cold"));
  }

  @Test
  void a_failed_init_ends_readiness() {
    Readiness readiness = new Readiness(false, true);
    PhaseListener sandbox = readiness.sandbox();

    sandbox.entered(INITIALIZING);
    sandbox.entered(RESETTING);
    sandbox.entered(new Phase.Cold());

    assertThat(readiness.snapshot().ready()).isFalse();
  }

  @Test
  void a_lazy_function_is_ready_before_anything_runs() {
    assertThat(new Readiness(false, true).snapshot().ready()).isTrue();
  }

  @Test
  void an_attached_runtime_is_ready_only_while_it_is_there() {
    Readiness readiness = new Readiness(true, false);
    PhaseListener sandbox = readiness.sandbox();

    sandbox.entered(INITIALIZING);
    assertThat(readiness.snapshot().ready()).isFalse();
    sandbox.entered(Phase.Serving.IDLE);
    assertThat(readiness.snapshot().ready()).isTrue();
    sandbox.entered(RESETTING);
    assertThat(readiness.snapshot().ready()).isFalse();
  }

  @Test
  void who_asks_when_it_is_ready_is_told_at_once_and_who_gave_up_is_not() {
    Readiness readiness = new Readiness(false, false);
    PhaseListener sandbox = readiness.sandbox();
    Runnable gone = () -> told.addAndGet(100);
    readiness.whenReady(gone);
    readiness.forget(gone);
    sandbox.entered(Phase.Serving.IDLE);

    readiness.whenReady(told::incrementAndGet);

    assertThat(told).hasValue(1);
  }

  @Test
  void a_function_that_ends_is_not_ready() {
    Readiness readiness = new Readiness(false, true);
    PhaseListener sandbox = readiness.sandbox();
    sandbox.entered(Phase.Serving.IDLE);

    readiness.end();
    sandbox.entered(new Phase.ShuttingDown(STOP));

    assertThat(readiness.snapshot()).isEqualTo(new Readiness.Snapshot(false, "ShuttingDown"));
  }

  @Test
  void the_end_of_an_idle_sandbox_does_not_matter() {
    Readiness readiness = new Readiness(false, false);
    PhaseListener sandbox = readiness.sandbox();

    sandbox.entered(Phase.Serving.IDLE);
    sandbox.entered(new Phase.ShuttingDown(STOP));
    sandbox.entered(new Phase.Terminated());

    assertThat(readiness.snapshot().ready()).isTrue();
  }

  @Test
  void a_failed_init_does_not_matter_while_another_sandbox_serves() {
    Readiness readiness = new Readiness(false, false);
    PhaseListener first = readiness.sandbox();
    PhaseListener second = readiness.sandbox();

    first.entered(Phase.Serving.IDLE);
    second.entered(INITIALIZING);
    second.entered(RESETTING);

    assertThat(readiness.snapshot()).isEqualTo(new Readiness.Snapshot(true, "Ready"));
  }
}
