package dev.rapid.core.fleet;

import static dev.rapid.core.testing.Invocations.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** How many sandboxes there are, and which of them takes an invocation. */
final class FleetScalingTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Outcome FUNCTION_BUSY =
      new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);
  private static final Outcome PROGRAM_BUSY = new Outcome.Rejected(Outcome.Rejection.PROGRAM_BUSY);

  private static FleetScenario upTo(int sandboxes) {
    return new FleetScenario(FleetConfig.of(sandboxes, 1));
  }

  // ------------------------------------------------------------------ more sandboxes

  @Test
  void a_second_sandbox_starts_when_the_first_is_busy() {
    FleetScenario s = upTo(3);
    s.invoke("a");
    s.poll(1);

    s.invoke("b");
    assertThat(s.starts(2)).isEqualTo(1);
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("b");
    assertThat(s.members()).containsExactly(1, 2);
  }

  @Test
  void no_sandbox_starts_while_one_is_idle() {
    FleetScenario s = upTo(3);
    s.fleet.initialise();
    s.poll(1);

    s.invoke("a");

    assertThat(s.members()).containsExactly(1);
  }

  @Test
  void no_more_sandboxes_start_than_there_is_work_for() {
    FleetScenario s = upTo(10);

    s.invoke("a");
    s.invoke("b");

    assertThat(s.members()).containsExactly(1, 2);
  }

  @Test
  void there_are_never_more_sandboxes_than_allowed() {
    FleetScenario s = upTo(2);

    for (int i = 0; i < 10; i++) {
      s.invoke("i" + i);
    }

    assertThat(s.members()).containsExactly(1, 2);
    assertThat(s.fleet.waitingCount()).isEqualTo(10);
  }

  @Test
  void the_sandbox_that_is_ready_first_takes_the_oldest_invocation() {
    FleetScenario s = upTo(2);
    s.invoke("a");
    s.invoke("b");

    s.poll(2);
    s.poll(1);

    assertThat(s.runs(2)).isEqualTo("a");
    assertThat(s.runs(1)).isEqualTo("b");
  }

  @Test
  void a_sandbox_that_gets_free_takes_what_waits_for_a_start() {
    FleetScenario s = upTo(2);
    s.invoke("a");
    s.poll(1);
    s.invoke("b");

    s.finish(1, "a");

    assertThat(s.runs(1)).isEqualTo("b");
  }

  @Test
  void one_caller_after_the_other_needs_one_sandbox() {
    FleetScenario s = upTo(10);
    s.invoke("a");
    s.poll(1);
    s.answer(1, "a");

    s.invoke("b");
    assertThat(s.members()).containsExactly(1);
    s.poll(1);

    assertThat(s.runs(1)).isEqualTo("b");
  }

  @Test
  void a_sandbox_that_has_answered_and_stays_busy_is_not_waited_for_long() {
    FleetScenario s = upTo(10);
    s.invoke("a");
    s.poll(1);
    s.answer(1, "a");
    s.invoke("b");

    s.time.advanceBy(FleetMachine.END_OF_INVOCATION);
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void only_as_many_wait_for_sandboxes_that_have_answered_as_there_are() {
    FleetScenario s = upTo(10);
    s.invoke("a");
    s.poll(1);
    s.answer(1, "a");

    s.invoke("b");
    s.invoke("c");

    assertThat(s.members()).containsExactly(1, 2);
  }

  @Test
  void the_most_recently_used_idle_sandbox_is_taken_first() {
    FleetScenario s = upTo(3);
    for (int number = 1; number <= 3; number++) {
      s.invoke("first" + number);
      s.poll(number);
    }
    s.finish(3, "first3");
    s.finish(1, "first1");
    s.finish(2, "first2");

    s.invoke("a");
    s.invoke("b");

    assertThat(s.runs(2)).isEqualTo("a");
    assertThat(s.runs(1)).isEqualTo("b");
    assertThat(s.runs(3)).isNull();
  }

  @Test
  void a_shared_sandbox_is_filled_before_another_one_starts() {
    FleetScenario s = new FleetScenario(FleetConfig.of(2, 2));
    s.invoke("a");
    s.poll(1);
    s.poll(1);
    s.invoke("b");
    assertThat(s.members()).containsExactly(1);

    s.invoke("c");

    assertThat(s.members()).containsExactly(1, 2);
  }

  // ------------------------------------------------------------------ limits

  @Test
  void without_a_queue_an_invocation_that_finds_no_room_is_throttled() {
    FleetScenario s = new FleetScenario(FleetConfig.of(2, 1).withMaxWaiting(0));
    Invocation a = s.invoke("a");
    Invocation b = s.invoke("b");

    Invocation c = s.invoke("c");

    assertThat(outcomeOf(c)).isEqualTo(FUNCTION_BUSY);
    assertThat(outcomeOf(a)).isNull();
    assertThat(outcomeOf(b)).isNull();
  }

  @Test
  void a_fleet_without_sandboxes_throttles_everything() {
    FleetScenario s = upTo(0);

    assertThat(outcomeOf(s.invoke("a"))).isEqualTo(FUNCTION_BUSY);
    assertThat(s.fleet.shutDown()).isCompleted();
  }

  @Test
  void fleets_share_the_limit_of_the_program_in_the_order_of_their_requests() {
    VirtualTime time = new VirtualTime();
    ProgramLimit limit = new ProgramLimit(1);
    FleetScenario one = new FleetScenario(FleetConfig.of(2, 1), time, limit);
    FleetScenario other = new FleetScenario(FleetConfig.of(2, 1), time, limit);
    one.fleet.initialise();
    other.fleet.initialise();
    one.poll(1);
    other.poll(1);
    one.invoke("a");
    other.invoke("b");
    one.invoke("c");
    assertThat(other.runs(1)).isNull();

    one.finish(1, "a");
    assertThat(other.runs(1)).isEqualTo("b");
    assertThat(one.runs(1)).isNull();
    other.finish(1, "b");

    assertThat(one.runs(1)).isEqualTo("c");
    assertThat(one.members()).containsExactly(1);
  }

  @Test
  void without_a_queue_the_limit_of_the_program_throttles() {
    VirtualTime time = new VirtualTime();
    ProgramLimit limit = new ProgramLimit(1);
    FleetConfig config = FleetConfig.of(2, 1).withMaxWaiting(0);
    FleetScenario one = new FleetScenario(config, time, limit);
    FleetScenario other = new FleetScenario(config, time, limit);
    Invocation a = one.invoke("a");

    Invocation b = other.invoke("b");

    assertThat(outcomeOf(b)).isEqualTo(PROGRAM_BUSY);
    assertThat(outcomeOf(a)).isNull();
  }

  @Test
  void a_limit_that_is_reserved_for_others_throttles_at_once() {
    FleetScenario s =
        new FleetScenario(FleetConfig.of(2, 1), new VirtualTime(), new ProgramLimit(0));

    assertThat(outcomeOf(s.invoke("a"))).isEqualTo(PROGRAM_BUSY);
  }

  // ------------------------------------------------------------------ provisioned

  @Test
  void provisioned_sandboxes_start_at_once() {
    FleetScenario s = new FleetScenario(FleetConfig.of(4, 1).withProvisioned(2));

    s.fleet.initialise();

    assertThat(s.provisioned()).containsExactly(1, 2);
    assertThat(s.starts(1)).isEqualTo(1);
    assertThat(s.starts(2)).isEqualTo(1);
  }

  @Test
  void a_provisioned_sandbox_that_crashes_is_initialised_again_without_work() {
    FleetScenario s = new FleetScenario(FleetConfig.of(2, 1).withProvisioned(1));
    s.fleet.initialise();
    s.poll(1);

    s.crash(1);

    assertThat(s.starts(1)).isEqualTo(2);
  }

  @Test
  void a_sandbox_that_is_not_provisioned_stays_cold_after_a_crash_until_there_is_work() {
    FleetScenario s = upTo(2);
    s.fleet.initialise();
    s.poll(1);

    s.crash(1);
    assertThat(s.starts(1)).isEqualTo(1);
    s.invoke("a");

    assertThat(s.starts(1)).isEqualTo(2);
    assertThat(s.members()).containsExactly(1);
  }

  // ------------------------------------------------------------------ the end of idle ones

  @Test
  void an_idle_sandbox_ends_after_its_time() {
    FleetScenario s = new FleetScenario(FleetConfig.of(2, 1).withIdleTimeout(MINUTE));
    s.invoke("a");
    s.poll(1);
    s.finish(1, "a");

    s.time.advanceBy(MINUTE.minusMillis(1));
    assertThat(s.members()).containsExactly(1);
    s.time.advanceBy(Duration.ofMillis(1));

    assertThat(s.members()).isEmpty();
  }

  @Test
  void an_invocation_begins_the_idle_time_anew() {
    FleetScenario s = new FleetScenario(FleetConfig.of(2, 1).withIdleTimeout(MINUTE));
    s.fleet.initialise();
    s.poll(1);
    s.time.advanceBy(MINUTE.minusMillis(1));
    s.invoke("a");
    s.finish(1, "a");

    s.time.advanceBy(MINUTE.minusMillis(1));

    assertThat(s.members()).containsExactly(1);
  }

  @Test
  void a_provisioned_sandbox_does_not_end() {
    FleetScenario s =
        new FleetScenario(FleetConfig.of(2, 1).withProvisioned(1).withIdleTimeout(MINUTE));
    s.fleet.initialise();
    s.poll(1);

    s.time.advanceBy(MINUTE.multipliedBy(10));

    assertThat(s.members()).containsExactly(1);
  }

  @Test
  void an_idle_time_of_zero_gives_each_invocation_a_sandbox_of_its_own() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withIdleTimeout(Duration.ZERO));
    s.fleet.initialise();
    s.poll(1);
    s.invoke("a");
    s.invoke("b");

    s.finish(1, "a");
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("b");
    assertThat(s.members()).containsExactly(2);
  }

  // ------------------------------------------------------------------ failures

  @Test
  void an_invocation_gets_the_error_of_the_init_that_was_repeated_for_it() {
    FleetScenario s = upTo(2);
    Invocation a = s.invoke("a");

    s.failInit(1);
    assertThat(outcomeOf(a)).isNull();
    s.failInit(1);

    assertThat(outcomeOf(a)).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void all_that_wait_get_the_error_of_a_repeated_init_if_no_other_sandbox_can_serve() {
    FleetScenario s = upTo(1);
    Invocation a = s.invoke("a");
    Invocation b = s.invoke("b");
    s.failInit(1);

    s.failInit(1);

    assertThat(outcomeOf(a)).isInstanceOf(Outcome.Failed.class);
    assertThat(outcomeOf(b))
        .isEqualTo(
            new Outcome.Failed(
                ErrorType.RUNTIME_EXIT_ERROR, "The function could not be initialised"));
    assertThat(s.starts(1)).isEqualTo(2);
  }

  @Test
  void a_function_that_pauses_lets_others_have_its_permits() {
    VirtualTime time = new VirtualTime();
    ProgramLimit limit = new ProgramLimit(1);
    FleetScenario broken = new FleetScenario(FleetConfig.of(1, 1), time, limit);
    FleetScenario other = new FleetScenario(FleetConfig.of(1, 1), time, limit);
    broken.invoke("a");
    broken.failInit(1);
    broken.failInit(1);
    broken.invoke("b");
    broken.failInit(1);

    broken.invoke("c");
    other.invoke("d");
    other.poll(1);

    assertThat(other.runs(1)).isEqualTo("d");
  }

  @Test
  void a_sandbox_with_room_runs_empty_for_an_older_invocation_of_another_tenant() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 2).withTenantIsolation());
    s.invoke("a", "blue");
    s.poll(1);
    s.poll(1);
    s.invoke("b", "green");
    s.invoke("c", "blue");
    assertThat(s.fleet.waitingCount()).isEqualTo(2);

    s.finish(1, "a");
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void a_limit_of_invocations_holds_also_if_a_sandbox_has_more_room() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 4).withMaxRunning(2).withMaxWaiting(0));
    s.fleet.initialise();
    s.poll(1);
    s.poll(1);
    s.poll(1);
    s.invoke("a");
    s.invoke("b");

    assertThat(outcomeOf(s.invoke("c"))).isEqualTo(FUNCTION_BUSY);
  }

  @Test
  void inits_pause_after_three_that_failed_in_a_row() {
    FleetScenario s = upTo(1);
    s.invoke("a");
    s.failInit(1);
    s.failInit(1);
    Invocation b = s.invoke("b");
    s.failInit(1);
    Invocation c = s.invoke("c");
    assertThat(s.starts(1)).isEqualTo(3);

    s.time.advanceBy(Duration.ofMillis(100));
    assertThat(s.starts(1)).isEqualTo(4);
    s.failInit(1);

    assertThat(outcomeOf(b)).isInstanceOf(Outcome.Failed.class);
    assertThat(outcomeOf(c)).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void the_pause_doubles_and_ends_with_an_init_that_is_successful() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withProvisioned(1));
    s.fleet.initialise();
    s.failInit(1);
    s.failInit(1);
    s.failInit(1);
    s.time.advanceBy(Duration.ofMillis(100));
    s.failInit(1);
    s.time.advanceBy(Duration.ofMillis(199));
    assertThat(s.starts(1)).isEqualTo(4);
    s.time.advanceBy(Duration.ofMillis(1));
    s.poll(1);

    s.crash(1);

    assertThat(s.starts(1)).isEqualTo(6);
  }

  @Test
  void a_sandbox_that_cannot_be_made_fails_the_invocation_that_has_no_other() {
    Logger log = Logger.getLogger(Fleet.class.getName());
    log.setLevel(Level.OFF);
    try {
      FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withIdleTimeout(MINUTE));
      s.fleet.initialise();
      s.poll(1);
      s.time.advanceBy(MINUTE);
      s.cannotMake(new IllegalStateException("no address is left"));

      Invocation a = s.invoke("a");

      assertThat(outcomeOf(a))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.message()).contains("no address is left"));
    } finally {
      log.setLevel(null);
    }
  }

  // ------------------------------------------------------------------ tenants

  @Test
  void tenants_do_not_share_a_sandbox() {
    FleetScenario s = new FleetScenario(FleetConfig.of(3, 1).withTenantIsolation());
    s.invoke("a", "blue");
    s.poll(1);
    s.finish(1, "a");

    s.invoke("b", "green");
    s.poll(2);
    s.invoke("c", "blue");

    assertThat(s.runs(2)).isEqualTo("b");
    assertThat(s.runs(1)).isEqualTo("c");
  }

  @Test
  void a_sandbox_that_had_no_tenant_serves_any() {
    FleetScenario s = new FleetScenario(FleetConfig.of(3, 1).withTenantIsolation());
    s.fleet.initialise();
    s.poll(1);

    s.invoke("a", "green");

    assertThat(s.runs(1)).isEqualTo("a");
  }

  @Test
  void a_tenant_replaces_the_idle_sandbox_of_another_if_no_more_are_allowed() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withTenantIsolation());
    s.invoke("a", "blue");
    s.poll(1);
    s.finish(1, "a");

    s.invoke("b", "green");
    s.poll(2);

    assertThat(s.members()).containsExactly(2);
    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void an_older_invocation_of_another_tenant_is_served_before_a_younger_one_of_the_same() {
    FleetScenario s = new FleetScenario(FleetConfig.of(1, 1).withTenantIsolation());
    s.invoke("a", "blue");
    s.poll(1);
    s.invoke("b", "green");
    s.invoke("c", "blue");

    s.finish(1, "a");
    s.poll(2);

    assertThat(s.runs(1)).isNull();
    assertThat(s.runs(2)).isEqualTo("b");
  }
}
