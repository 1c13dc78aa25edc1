package dev.rapid.core.fleet;

import static dev.rapid.core.testing.Invocations.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What happens to the sandboxes and invocations of a function that is renewed. */
final class FleetRenewalTest {

  private static final FleetConfig ONE = FleetConfig.of(1, 1);
  private static final FleetConfig THREE = FleetConfig.of(3, 1);
  private static final Outcome FUNCTION_BUSY =
      new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);

  private static FleetScenario of(FleetConfig config) {
    return new FleetScenario(config);
  }

  private static FleetScenario initialised(FleetConfig config) {
    FleetScenario s = of(config);
    s.fleet.initialise();
    s.poll(1);
    return s;
  }

  // ------------------------------------------------------------------ sandboxes

  @Test
  void an_idle_sandbox_ends_at_once_and_a_new_one_starts() {
    FleetScenario s = initialised(THREE);

    s.renew(THREE);

    assertThat(s.members()).containsExactly(2);
    assertThat(s.starts(2)).isEqualTo(1);
  }

  @Test
  void a_cold_sandbox_is_replaced_when_an_invocation_needs_one() {
    FleetScenario s = of(THREE);

    s.renew(THREE);
    assertThat(s.members()).isEmpty();
    s.invoke("a");
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("a");
  }

  @Test
  void a_busy_sandbox_ends_when_its_invocation_is_over() {
    FleetScenario s = initialised(THREE);
    Invocation a = s.invoke("a");

    s.renew(THREE);
    assertThat(s.members()).containsExactly(1, 2);
    s.finish(1, "a");

    assertThat(outcomeOf(a)).isInstanceOf(Outcome.Returned.class);
    assertThat(s.members()).containsExactly(2);
  }

  @Test
  void a_shared_sandbox_ends_when_all_its_invocations_are_over() {
    FleetConfig shared = FleetConfig.of(2, 2);
    FleetScenario s = initialised(shared);
    s.poll(1);
    s.invoke("a");
    s.invoke("b");
    s.renew(shared);

    s.finish(1, "a");
    assertThat(s.members()).contains(1);
    s.finish(1, "b");

    assertThat(s.members()).doesNotContain(1);
  }

  @Test
  void a_sandbox_in_init_ends_and_its_invocation_waits_for_a_new_one() {
    FleetScenario s = of(ONE);
    s.invoke("a");

    s.renew(ONE);
    assertThat(s.members()).containsExactly(2);
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("a");
  }

  @Test
  void provisioned_sandboxes_are_replaced_at_once() {
    FleetConfig config = THREE.withProvisioned(2);
    FleetScenario s = of(config);
    s.fleet.initialise();
    s.poll(1);
    s.poll(2);

    s.renew(config);

    assertThat(s.members()).containsExactly(3, 4);
    assertThat(s.provisioned()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void the_number_of_provisioned_sandboxes_follows_the_settings() {
    FleetScenario s = initialised(THREE.withProvisioned(1));

    s.renew(THREE.withProvisioned(3));

    assertThat(s.members()).containsExactly(2, 3, 4);
  }

  // ------------------------------------------------------------------ invocations

  @Test
  void an_invocation_after_the_renewal_gets_a_new_sandbox() {
    FleetScenario s = initialised(THREE);
    s.invoke("a");
    s.renew(THREE);
    s.finish(1, "a");
    s.poll(2);

    s.invoke("b");

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void an_old_sandbox_that_has_answered_is_not_waited_for() {
    FleetScenario s = initialised(THREE);
    s.invoke("a");
    s.answer(1, "a");
    s.renew(THREE);
    s.poll(2);

    s.invoke("b");

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void old_sandboxes_do_not_keep_new_ones_from_starting() {
    FleetConfig two = FleetConfig.of(2, 1);
    FleetScenario s = initialised(two);
    s.invoke("a");
    s.renew(two);
    s.poll(2);

    s.invoke("b");

    assertThat(s.runs(2)).isEqualTo("b");
    assertThat(s.members()).containsExactly(1, 2);
  }

  @Test
  void old_and_new_sandboxes_together_run_no_more_than_the_function_may() {
    FleetScenario s = initialised(ONE);
    s.invoke("a");
    s.renew(ONE);
    s.poll(2);
    s.invoke("b");
    assertThat(s.runs(2)).isNull();

    s.finish(1, "a");

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void nothing_is_throttled_that_would_not_be_without_the_renewal() {
    FleetConfig config = FleetConfig.of(2, 1).withMaxWaiting(0);
    FleetScenario s = initialised(config);
    s.invoke("a");
    s.renew(config);

    Invocation b = s.invoke("b");
    Invocation c = s.invoke("c");

    assertThat(outcomeOf(b)).isNull();
    assertThat(outcomeOf(c)).isEqualTo(FUNCTION_BUSY);
  }

  @Test
  void with_the_concurrency_0_those_that_wait_are_throttled() {
    FleetScenario s = of(ONE);
    Invocation a = s.invoke("a");

    s.renew(FleetConfig.of(0, 1));

    assertThat(outcomeOf(a)).isEqualTo(FUNCTION_BUSY);
    assertThat(s.members()).isEmpty();
  }

  @Test
  void a_sandbox_serves_a_tenant_of_the_new_settings() {
    FleetScenario s = initialised(THREE);
    s.renew(THREE.withTenantIsolation());
    s.poll(2);
    s.invoke("a", "blue");
    s.finish(2, "a");

    s.invoke("b", "red");

    assertThat(s.runs(2)).isNull();
    s.poll(3);
    assertThat(s.runs(3)).isEqualTo("b");
  }

  // ------------------------------------------------------------------ failed inits

  @Test
  void the_renewal_ends_the_pause_after_failed_inits() {
    FleetScenario s = of(ONE.withProvisioned(1));
    s.fleet.initialise();
    for (int i = 0; i < 3; i++) {
      s.failInit(1);
    }
    int before = s.starts(1);

    s.renew(ONE.withProvisioned(1));

    assertThat(s.starts(1)).isEqualTo(before);
    assertThat(s.starts(2)).isEqualTo(1);
  }

  @Test
  void while_a_renewal_is_expected_no_init_begins() {
    FleetScenario s = of(THREE);
    s.fleet.expectRenewal(s.time.nanoTime() + Duration.ofSeconds(5).toNanos());

    s.invoke("a");
    assertThat(s.starts(1)).isZero();
    s.renew(THREE);
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("a");
  }

  @Test
  void while_a_renewal_is_expected_sandboxes_that_are_there_go_on() {
    FleetScenario s = initialised(THREE);
    s.fleet.expectRenewal(s.time.nanoTime() + Duration.ofSeconds(5).toNanos());

    s.invoke("a");

    assertThat(s.runs(1)).isEqualTo("a");
  }

  @Test
  void a_renewal_that_does_not_come_is_expected_no_longer_than_announced() {
    FleetScenario s = of(THREE);
    s.fleet.expectRenewal(s.time.nanoTime() + Duration.ofSeconds(5).toNanos());
    s.invoke("a");

    s.time.advanceBy(Duration.ofSeconds(5));
    s.poll(1);

    assertThat(s.runs(1)).isEqualTo("a");
  }

  @Test
  void inits_that_fail_before_an_expected_renewal_fail_no_invocation() {
    FleetScenario s = of(FleetConfig.of(2, 1));
    Invocation a = s.invoke("a");
    Invocation b = s.invoke("b");
    s.fleet.expectRenewal(s.time.nanoTime() + Duration.ofMinutes(1).toNanos());
    s.failInit(1);
    s.failInit(2);

    s.renew(FleetConfig.of(2, 1));
    s.poll(3);
    s.poll(4);

    assertThat(s.runs(3)).isEqualTo("a");
    assertThat(s.runs(4)).isEqualTo("b");
    assertThat(outcomeOf(a)).isNull();
    assertThat(outcomeOf(b)).isNull();
  }

  // ------------------------------------------------------------------ limits of the program

  @Test
  void a_function_that_reserves_its_concurrency_gives_back_the_permits_of_the_program() {
    ProgramLimit limit = new ProgramLimit(1);
    FleetScenario s = new FleetScenario(THREE, new VirtualTime(), limit);
    s.invoke("a");
    s.poll(1);
    assertThat(limit.tryAcquire()).isFalse();

    s.renew(THREE.withoutProgramLimit());

    assertThat(limit.tryAcquire()).isTrue();
    s.finish(1, "a");
    assertThat(limit.tryAcquire()).isFalse();
  }

  @Test
  void a_function_that_reserves_nothing_any_more_waits_for_the_permits_of_what_it_runs() {
    ProgramLimit limit = new ProgramLimit(1);
    FleetScenario s = new FleetScenario(THREE.withoutProgramLimit(), new VirtualTime(), limit);
    s.invoke("a");
    s.poll(1);
    s.renew(THREE);
    s.poll(2);

    s.invoke("b");
    assertThat(s.runs(2)).isNull();
    s.finish(1, "a");

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void a_limit_that_grows_lets_waiting_invocations_run() {
    ProgramLimit limit = new ProgramLimit(1);
    FleetScenario s = new FleetScenario(THREE, new VirtualTime(), limit);
    s.invoke("a");
    s.poll(1);
    s.invoke("b");
    assertThat(s.members()).containsExactly(1);

    limit.resize(2);
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("b");
  }

  @Test
  void a_limit_that_shrinks_lets_what_runs_go_on() {
    ProgramLimit limit = new ProgramLimit(2);
    FleetScenario s = new FleetScenario(THREE, new VirtualTime(), limit);
    Invocation a = s.invoke("a");
    s.poll(1);
    s.invoke("b");
    s.poll(2);
    limit.resize(1);

    s.invoke("c");
    s.finish(1, "a");
    assertThat(outcomeOf(a)).isInstanceOf(Outcome.Returned.class);
    assertThat(s.runs(1)).isNull();
    s.finish(2, "b");

    assertThat(s.runs(2)).isEqualTo("c");
  }

  // ------------------------------------------------------------------ reservations, users'
  // runtimes

  @Test
  void a_reserved_sandbox_stays_until_it_is_released() {
    FleetScenario s = initialised(THREE);
    Fleet.Reservation[] held = new Fleet.Reservation[1];
    s.fleet.reserve(reservation -> held[0] = reservation);
    s.renew(THREE);
    assertThat(s.members()).contains(1);

    held[0].release();

    assertThat(s.members()).doesNotContain(1);
  }

  @Test
  void a_client_goes_on_with_the_sandbox_that_it_has_reserved() {
    FleetScenario s = initialised(THREE);
    Fleet.Reservation[] held = new Fleet.Reservation[1];
    s.fleet.reserve(reservation -> held[0] = reservation);
    s.renew(THREE);

    held[0].invoke(Invocations.anInvocation("a"));

    assertThat(s.runs(1)).isEqualTo("a");
  }

  @Test
  void the_sandbox_of_a_runtime_that_the_user_starts_stays() {
    FleetConfig attached = ONE.ofUsersRuntime();
    FleetScenario s = of(attached);
    s.fleet.initialise();
    s.poll(1);

    s.renew(attached);
    s.invoke("a");

    assertThat(s.members()).containsExactly(1);
    assertThat(s.runs(1)).isEqualTo("a");
  }

  // ------------------------------------------------------------------ the end

  @Test
  void a_function_that_retires_ends_when_its_invocations_are_over() {
    FleetScenario s = initialised(ONE);
    s.invoke("a");
    Invocation b = s.invoke("b");

    var ended = s.fleet.retire();
    s.finish(1, "a");
    assertThat(ended).isNotDone();
    s.finish(1, "b");

    assertThat(ended).isCompleted();
    assertThat(outcomeOf(b)).isInstanceOf(Outcome.Returned.class);
  }

  @Test
  void an_idle_function_that_retires_ends_at_once() {
    FleetScenario s = initialised(ONE);

    assertThat(s.fleet.retire()).isCompleted();
  }

  @Test
  void a_renewal_while_the_function_ends_changes_nothing() {
    FleetScenario s = initialised(ONE);
    var ended = s.fleet.shutDown();

    s.renew(ONE);

    assertThat(ended).isCompleted();
    assertThat(s.members()).isEmpty();
  }
}
