package dev.rapid.core.fleet;

import static dev.rapid.core.testing.Invocations.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Fleets that share the memory of the program. */
final class FleetMemoryTest {

  private static final Outcome PROGRAM_BUSY = new Outcome.Rejected(Outcome.Rejection.PROGRAM_BUSY);
  private static final Outcome FUNCTION_BUSY =
      new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);

  private final VirtualTime time = new VirtualTime();
  private final MemoryBudget budget = new MemoryBudget(256);

  private FleetScenario fleet(FleetConfig config) {
    return new FleetScenario(config, time, null, budget);
  }

  /** A fleet whose callers wait for memory. */
  private FleetScenario patient() {
    return fleet(FleetConfig.of(10, 1).withMemory(128));
  }

  /** A fleet whose callers do not wait. */
  private FleetScenario impatient() {
    return fleet(FleetConfig.of(10, 1).withMemory(128).withCapacityWait(Duration.ZERO));
  }

  /** Runs an invocation in a sandbox of the fleet, which is idle then. */
  private static void warm(FleetScenario s, int number, String id) {
    s.invoke(id);
    s.poll(number);
    s.finish(number, id);
  }

  // ------------------------------------------------------------------ what is counted

  @Test
  void a_sandbox_that_was_never_started_has_no_memory() {
    patient();

    assertThat(budget.reservedMegabytes()).isZero();
  }

  @Test
  void each_sandbox_has_its_memory_from_its_start_on() {
    FleetScenario s = patient();

    s.invoke("a");
    s.invoke("b");

    assertThat(s.starts(1)).isEqualTo(1);
    assertThat(s.starts(2)).isEqualTo(1);
    assertThat(budget.reservedMegabytes()).isEqualTo(256);
  }

  @Test
  void an_idle_sandbox_has_its_memory_until_its_processes_have_gone() {
    FleetScenario s =
        fleet(FleetConfig.of(10, 1).withMemory(128).withIdleTimeout(Duration.ofSeconds(30)));
    warm(s, 1, "a");
    assertThat(budget.reservedMegabytes()).isEqualTo(128);

    time.advanceBy(Duration.ofSeconds(31));

    assertThat(s.members()).isEmpty();
    assertThat(budget.reservedMegabytes()).isZero();
  }

  @Test
  void sandboxes_without_memory_are_not_counted() {
    FleetScenario busy = patient();
    busy.invoke("a");
    busy.invoke("b");
    FleetScenario s = fleet(FleetConfig.of(10, 1));

    s.invoke("c");

    assertThat(s.starts(1)).isEqualTo(1);
  }

  @Test
  void a_sandbox_that_cannot_be_made_gives_its_memory_back() {
    FleetScenario s = patient();
    s.invoke("a");
    s.cannotMake(new IllegalStateException("no address is left"));

    s.invoke("b");

    assertThat(budget.reservedMegabytes()).isEqualTo(128);
  }

  @Test
  void the_end_of_a_fleet_gives_its_memory_back() {
    FleetScenario s = patient();
    warm(s, 1, "a");

    CompletableFuture<Void> end = s.fleet.shutDown();
    time.advanceBy(Duration.ofMinutes(1));

    assertThat(end).isDone();
    assertThat(budget.reservedMegabytes()).isZero();
  }

  @Test
  void a_function_that_needs_more_than_there_is_rejects_all() {
    FleetScenario s = fleet(FleetConfig.of(10, 1).withMemory(257).withProvisioned(1));

    Invocation a = s.invoke("a");

    assertThat(outcomeOf(a)).isEqualTo(FUNCTION_BUSY);
    assertThat(s.members()).isEmpty();
  }

  // ------------------------------------------------------------------ eviction

  @Test
  void an_idle_sandbox_of_another_function_is_ended_for_one_that_needs_its_memory() {
    FleetScenario idle = patient();
    warm(idle, 1, "a");
    FleetScenario busy = patient();
    busy.invoke("b");
    FleetScenario s = impatient();

    Invocation c = s.invoke("c");
    time.advanceBy(Duration.ofMinutes(1));
    s.poll(1);

    assertThat(idle.members()).isEmpty();
    assertThat(s.runs(1)).isEqualTo("c");
    assertThat(busy.members()).containsExactly(1);
    assertThat(outcomeOf(c)).isNull();
  }

  @Test
  void no_sandbox_is_ended_while_memory_is_free() {
    FleetScenario idle = patient();
    warm(idle, 1, "a");

    FleetScenario s = impatient();
    s.invoke("b");

    assertThat(s.starts(1)).isEqualTo(1);
    assertThat(idle.members()).containsExactly(1);
  }

  @Test
  void the_sandbox_that_was_started_first_is_ended_first() {
    FleetScenario older = patient();
    FleetScenario newer = patient();
    warm(older, 1, "a");
    warm(newer, 1, "b");
    older.invoke("c");
    older.finish(1, "c");

    impatient().invoke("d");

    assertThat(older.members()).isEmpty();
    assertThat(newer.members()).containsExactly(1);
  }

  @Test
  void no_more_sandboxes_are_ended_than_needed() {
    FleetScenario large = fleet(FleetConfig.of(1, 1).withMemory(200));
    warm(large, 1, "a");
    FleetScenario small = fleet(FleetConfig.of(1, 1).withMemory(50));
    warm(small, 1, "b");

    impatient().invoke("c");

    assertThat(large.members()).isEmpty();
    assertThat(small.members()).containsExactly(1);
  }

  @Test
  void no_sandbox_is_ended_in_vain() {
    FleetScenario busy = patient();
    busy.invoke("a");
    FleetScenario idle = fleet(FleetConfig.of(1, 1).withMemory(100));
    warm(idle, 1, "b");

    Invocation c = impatient().invoke("c");

    assertThat(outcomeOf(c)).isNull();
    Invocation d =
        fleet(FleetConfig.of(1, 1).withMemory(200).withCapacityWait(Duration.ZERO)).invoke("d");
    assertThat(outcomeOf(d)).isEqualTo(PROGRAM_BUSY);
  }

  @Test
  void a_provisioned_sandbox_is_never_ended() {
    FleetScenario provisioned = fleet(FleetConfig.of(2, 1).withMemory(200).withProvisioned(1));
    provisioned.fleet.initialise();
    provisioned.poll(1);

    Invocation a = impatient().invoke("a");

    assertThat(outcomeOf(a)).isEqualTo(PROGRAM_BUSY);
    assertThat(provisioned.members()).containsExactly(1);
  }

  @Test
  void a_reserved_sandbox_is_never_ended() {
    FleetScenario reserved = fleet(FleetConfig.of(1, 1).withMemory(200));
    warm(reserved, 1, "a");
    reserved.fleet.reserve(reservation -> assertThat(reservation).isNotNull());

    Invocation b = impatient().invoke("b");

    assertThat(outcomeOf(b)).isEqualTo(PROGRAM_BUSY);
    assertThat(reserved.members()).containsExactly(1);
  }

  @Test
  void an_init_that_no_invocation_waits_for_ends_no_sandbox() {
    FleetScenario idle = fleet(FleetConfig.of(1, 1).withMemory(200));
    warm(idle, 1, "a");
    FleetScenario early = patient();

    early.fleet.initialise();

    assertThat(idle.members()).containsExactly(1);
    assertThat(early.starts(1)).isZero();
    early.invoke("b");
    assertThat(early.starts(1)).isEqualTo(1);
  }

  // ------------------------------------------------------------------ waiting

  @Test
  void an_invocation_that_may_wait_runs_when_another_function_is_idle() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);
    FleetScenario s = patient();
    Invocation b = s.invoke("b");
    assertThat(outcomeOf(b)).isNull();
    assertThat(s.starts(1)).isZero();

    busy.finish(1, "a");

    assertThat(s.starts(1)).isEqualTo(1);
  }

  @Test
  void an_invocation_that_waits_for_memory_takes_a_sandbox_of_its_own_function() {
    FleetScenario s = fleet(FleetConfig.of(2, 1).withMemory(256));
    s.invoke("a");
    s.poll(1);
    s.invoke("b");

    s.finish(1, "a");

    assertThat(s.runs(1)).isEqualTo("b");
    s.finish(1, "b");
    assertThat(s.members()).containsExactly(1);
    assertThat(budget.reservedMegabytes()).isEqualTo(256);
  }

  @Test
  void an_invocation_that_may_not_wait_is_rejected_if_all_memory_is_busy() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);

    Invocation b = impatient().invoke("b");

    assertThat(outcomeOf(b)).isEqualTo(PROGRAM_BUSY);
  }

  @Test
  void with_throttling_an_invocation_does_not_wait_for_memory() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);

    Invocation b = fleet(FleetConfig.of(1, 1).withMemory(128).withMaxWaiting(0)).invoke("b");

    assertThat(outcomeOf(b)).isEqualTo(PROGRAM_BUSY);
  }

  @Test
  void a_sandbox_that_has_answered_is_waited_for_a_moment() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);
    busy.answer(1, "a");
    FleetScenario s = impatient();

    s.invoke("b");
    busy.poll(1);

    assertThat(s.starts(1)).isEqualTo(1);
  }

  @Test
  void a_sandbox_that_has_answered_and_stays_busy_is_not_waited_for_long() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);
    busy.answer(1, "a");

    Invocation b = impatient().invoke("b");
    assertThat(outcomeOf(b)).isNull();
    time.advanceBy(FleetMachine.END_OF_INVOCATION);

    assertThat(outcomeOf(b)).isEqualTo(PROGRAM_BUSY);
  }

  @Test
  void an_invocation_waits_for_memory_as_long_as_it_may() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);
    FleetScenario s =
        fleet(FleetConfig.of(1, 1).withMemory(128).withCapacityWait(Duration.ofSeconds(2)));
    Invocation b = s.invoke("b");

    time.advanceBy(Duration.ofMillis(1999));
    assertThat(outcomeOf(b)).isNull();
    time.advanceBy(Duration.ofMillis(1));

    assertThat(outcomeOf(b)).isEqualTo(PROGRAM_BUSY);
    busy.finish(1, "a");
    assertThat(busy.members()).containsExactly(1);
  }

  @Test
  void an_invocation_that_is_cancelled_does_not_wait_for_memory_any_more() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);
    FleetScenario s = patient();
    Invocation b = s.invoke("b");

    s.fleet.cancel(b);
    busy.finish(1, "a");

    assertThat(outcomeOf(b)).isEqualTo(new Outcome.Rejected(Outcome.Rejection.CALLER_GONE));
    assertThat(busy.members()).containsExactly(1);
  }

  @Test
  void memory_goes_to_the_fleet_that_has_asked_first() {
    FleetScenario busy = fleet(FleetConfig.of(1, 1).withMemory(256));
    busy.invoke("a");
    busy.poll(1);
    FleetScenario first = fleet(FleetConfig.of(1, 1).withMemory(200));
    FleetScenario second = fleet(FleetConfig.of(1, 1).withMemory(100));
    first.invoke("b");
    second.invoke("c");

    busy.finish(1, "a");
    assertThat(first.starts(1)).isEqualTo(1);
    assertThat(second.starts(1)).isZero();
    first.poll(1);
    first.finish(1, "b");

    assertThat(second.starts(1)).isEqualTo(1);
  }

  @Test
  void a_renewed_function_waits_until_its_old_sandbox_has_ended() {
    FleetConfig config = FleetConfig.of(1, 1).withMemory(256);
    FleetScenario s = fleet(config);
    s.invoke("a");
    s.poll(1);
    s.renew(config);
    s.invoke("b");
    assertThat(s.members()).containsExactly(1);

    s.answer(1, "a");
    s.poll(1);

    assertThat(s.members()).containsExactly(2);
    s.poll(2);
    assertThat(s.runs(2)).isEqualTo("b");
  }

  // ------------------------------------------------------------------ waiting for a sandbox

  @Test
  void an_invocation_that_may_not_wait_is_rejected_if_all_sandboxes_are_busy() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withCapacityWait(Duration.ZERO));
    s.invoke("a");
    s.poll(1);

    assertThat(outcomeOf(s.invoke("b"))).isEqualTo(FUNCTION_BUSY);
  }

  @Test
  void a_sandbox_that_is_starting_for_an_invocation_is_room() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withCapacityWait(Duration.ZERO));

    Invocation a = s.invoke("a");
    Invocation b = s.invoke("b");
    time.advanceBy(Duration.ofSeconds(5));

    assertThat(outcomeOf(a)).isNull();
    assertThat(outcomeOf(b)).isEqualTo(FUNCTION_BUSY);
    s.poll(1);
    assertThat(s.runs(1)).isEqualTo("a");
  }

  @Test
  void an_invocation_waits_for_a_sandbox_as_long_as_it_may() {
    FleetScenario s =
        new FleetScenario(FleetConfig.of(1, 1).withCapacityWait(Duration.ofSeconds(2)), time, null);
    s.invoke("a");
    s.poll(1);
    Invocation b = s.invoke("b");
    time.advanceBy(Duration.ofSeconds(1));
    Invocation c = s.invoke("c");
    time.advanceBy(Duration.ofSeconds(1));
    assertThat(outcomeOf(b)).isEqualTo(FUNCTION_BUSY);

    s.finish(1, "a");

    assertThat(outcomeOf(c)).isNull();
    assertThat(s.runs(1)).isEqualTo("c");
  }
}
