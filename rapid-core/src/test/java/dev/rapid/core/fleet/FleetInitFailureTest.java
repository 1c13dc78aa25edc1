package dev.rapid.core.fleet;

import static dev.rapid.core.testing.Invocations.outcomeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Fleets whose inits are not repeated. */
final class FleetInitFailureTest {

  private static final Outcome INIT_FAILED =
      new Outcome.Failed(ErrorType.RUNTIME_EXIT_ERROR, "The function could not be initialised");

  private static FleetScenario upTo(int sandboxes) {
    return new FleetScenario(FleetConfig.of(sandboxes, 1).withoutRepeatedInit());
  }

  @Test
  void an_invocation_gets_the_error_of_the_first_init_that_was_for_it() {
    FleetScenario s = upTo(2);
    Invocation a = s.invoke("a");

    s.failInit(1);

    assertThat(outcomeOf(a)).isEqualTo(INIT_FAILED);
  }

  @Test
  void one_init_that_fails_is_the_answer_of_one_invocation() {
    FleetScenario s = upTo(2);
    Invocation a = s.invoke("a");
    Invocation b = s.invoke("b");

    s.failInit(2);
    s.poll(1);

    assertThat(outcomeOf(a)).isEqualTo(INIT_FAILED);
    assertThat(outcomeOf(b)).isNull();
    assertThat(s.runs(1)).isEqualTo("b");
  }

  @Test
  void an_invocation_that_another_sandbox_has_taken_gets_no_error() {
    FleetScenario s = upTo(2);
    s.invoke("a");
    s.poll(1);
    Invocation b = s.invoke("b");
    s.finish(1, "a");

    s.failInit(2);

    assertThat(outcomeOf(b)).isNull();
    assertThat(s.runs(1)).isEqualTo("b");
  }

  @Test
  void inits_that_fail_do_not_pause_the_next_ones() {
    FleetScenario s = upTo(1);

    for (int i = 0; i < 10; i++) {
      Invocation each = s.invoke("i" + i);
      s.failInit(1);

      assertThat(outcomeOf(each)).isInstanceOf(Outcome.Failed.class);
    }

    assertThat(s.starts(1)).isEqualTo(10);
  }

  @Test
  void provisioned_sandboxes_pause_after_inits_that_failed() {
    FleetScenario s =
        new FleetScenario(FleetConfig.of(1, 1).withProvisioned(1).withoutRepeatedInit());
    s.fleet.initialise();
    s.failInit(1);
    s.failInit(1);

    s.failInit(1);
    assertThat(s.starts(1)).isEqualTo(3);
    s.time.advanceBy(Duration.ofMillis(100));

    assertThat(s.starts(1)).isEqualTo(4);
  }

  @Test
  void a_sandbox_that_cannot_be_made_is_the_answer_of_one_invocation() {
    Logger log = Logger.getLogger(Fleet.class.getName());
    log.setLevel(Level.OFF);
    FleetScenario s = upTo(2);
    s.invoke("a");
    s.poll(1);
    s.cannotMake(new IllegalStateException("no address is left"));

    Invocation b = s.invoke("b");

    assertThat(outcomeOf(b)).isInstanceOf(Outcome.Failed.class);
    log.setLevel(null);
  }

  @Test
  void before_a_renewal_an_init_that_fails_is_no_answer() {
    FleetScenario s = upTo(1);
    Invocation a = s.invoke("a");
    s.fleet.expectRenewal(s.time.nanoTime() + Duration.ofSeconds(1).toNanos());

    s.failInit(1);
    assertThat(outcomeOf(a)).isNull();
    s.renew(FleetConfig.of(1, 1).withoutRepeatedInit());
    s.poll(2);

    assertThat(s.runs(2)).isEqualTo("a");
  }
}
