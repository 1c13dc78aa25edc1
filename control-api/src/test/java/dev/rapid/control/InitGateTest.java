package dev.rapid.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InitGateTest {

  private final InitGate gate = new InitGate();
  private final List<String> told = new ArrayList<>();

  private void ends(InitPhase phase, Status status) {
    gate.ended(new LifecycleEvent.InitReport(phase, status, null, null, 1));
  }

  private void await(String name) {
    gate.await(failed -> told.add(name + (failed ? " failed" : " ok")));
  }

  @Test
  void a_failure_is_told_to_the_one_that_waited_longest() {
    gate.begin();
    await("first");
    await("second");

    ends(InitPhase.INIT, Status.ERROR);
    await("third");

    assertThat(told).containsExactly("first failed", "second ok", "third ok");
  }

  @Test
  void a_failure_that_was_forgiven_is_not_told() {
    gate.begin();
    ends(InitPhase.INIT, Status.TIMEOUT);

    gate.forgive();
    await("first");

    assertThat(told).containsExactly("first ok");
  }

  @Test
  void who_is_forgotten_is_not_told() {
    gate.begin();
    InitGate.Waiter waiter = failed -> told.add("told");
    gate.await(waiter);

    assertThat(gate.forget(waiter)).isTrue();
    ends(InitPhase.INIT, Status.SUCCESS);

    assertThat(told).isEmpty();
    assertThat(gate.forget(waiter)).isFalse();
  }

  @Test
  void an_init_inside_of_an_invocation_is_not_told() {
    gate.begin();
    ends(InitPhase.INIT, Status.SUCCESS);
    gate.cooled();

    gate.started(new LifecycleEvent.InitStart(InitPhase.INVOKE));
    ends(InitPhase.INVOKE, Status.ERROR);
    await("first");

    assertThat(told).containsExactly("first ok");
    assertThat(gate.begin()).as("it was an init all the same").isFalse();
  }
}
