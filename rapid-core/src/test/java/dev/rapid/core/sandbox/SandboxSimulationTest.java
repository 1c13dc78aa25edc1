package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.time.Deadline;
import dev.rapid.core.worker.WorkerSlot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many short lives of a sandbox. {@code -Dsimulation.schedules=N} runs N of them, {@code
 * -Dsimulation.seed=N} runs one.
 */
final class SandboxSimulationTest {

  private static final long DEFAULT_SCHEDULES = 200_000;

  @Test
  void whatever_happens_the_invariants_hold() {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      Simulation.runFast(seed);
      return;
    }
    long schedules = Long.getLong("simulation.schedules", DEFAULT_SCHEDULES);

    LongStream.range(0, schedules).parallel().forEach(Simulation::runFast);
  }

  @Test
  void one_seed_gives_one_story() {
    for (long seed = 0; seed < 200; seed++) {
      String first = Simulation.trace(seed, Simulation.Sabotage.NONE);
      String second = Simulation.trace(seed, Simulation.Sabotage.NONE);

      assertThat(second).isEqualTo(first);
      assertThat(first).contains("ShutdownRequested");
    }
  }

  @ParameterizedTest
  @MethodSource("sabotages")
  void the_invariants_notice(String what, Simulation.Sabotage sabotage) {
    List<String> failures = new ArrayList<>();
    for (long seed = 0; seed < 2000 && failures.stream().noneMatch(m -> m.contains(what)); seed++) {
      try {
        Simulation.run(seed, sabotage, false);
      } catch (AssertionError e) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }

    assertThat(failures)
        .anySatisfy(message ->
            assertThat(message).startsWith("seed ").contains(what).contains("-Dsimulation.seed="));
  }

  @Test
  void if_a_rule_throws_nothing_waits_for_ever() {
    Logger log = Logger.getLogger(Sandbox.class.getName());
    log.setLevel(Level.OFF); // It tells of each wrong rule.
    try {
      for (long seed = 0; seed < 20_000; seed++) {
        Simulation.run(seed, Simulation.Sabotage.throwingAt((int) (seed % 60)), false);
      }
    } finally {
      log.setLevel(null);
    }
  }

  static List<Arguments> sabotages() {
    return List.of(
        sabotage("a second outcome", twice(Effect.Complete.class::isInstance)),
        sabotage("ended without an outcome", without(SandboxSimulationTest::tellsOfAnExit)),
        sabotage("the caller got something else", without(Effect.Complete.class::isInstance)),
        sabotage(
            "ended, but was not in the sandbox", twice(Effect.BecomeAvailable.class::isInstance)),
        sabotage("somebody waits for ever", without(Effect.BecomeAvailable.class::isInstance)),
        sabotage("answered twice", twice(Effect.AcceptReply.class::isInstance)),
        sabotage("a payload was not released", without(Effect.Discard.class::isInstance)),
        sabotage("forgot a poll", SandboxSimulationTest::forgetPolls),
        sabotage("does not end", without(Effect.AnnounceTermination.class::isInstance)),
        sabotage("started while another runs", twice(emits(LifecycleEvent.Start.class))),
        sabotage("ended without a report", without(emits(LifecycleEvent.Report.class))),
        sabotage(
            "a report of an init not done", without(emits(LifecycleEvent.InitRuntimeDone.class))),
        sabotage(
            "lost a reply that was sent in time", without(Effect.ReceiveBody.class::isInstance)),
        sabotage(
            "lost a reply that was sent in time", without(Effect.StreamBody.class::isInstance)),
        sabotage("no time for a reply on the wire", SandboxSimulationTest::noSettleTime),
        sabotage("gave an invocation to a stopped runtime", without(Effect.Thaw.class::isInstance)),
        sabotage("an idle sandbox is not frozen", without(Effect.Freeze.class::isInstance)),
        sabotage(
            "an idle sandbox is not frozen", without(Effect.SettleTelemetry.class::isInstance)),
        sabotage("given to a second worker", SandboxSimulationTest::giveToHeldPoll),
        Arguments.of(
            "outlives its sandbox", new Simulation.Sabotage(UnaryOperator.identity(), true, 0)));
  }

  private static Arguments sabotage(String what, UnaryOperator<Transition> machine) {
    return Arguments.of(what, new Simulation.Sabotage(machine, false, 0));
  }

  private static Predicate<Effect> emits(Class<? extends LifecycleEvent> kind) {
    return effect -> effect instanceof Effect.Emit(var event) && kind.isInstance(event);
  }

  private static boolean tellsOfAnExit(Effect effect) {
    return effect instanceof Effect.Complete(var invocation, Outcome.Failed failed)
        && failed.error() == ErrorType.RUNTIME_EXIT_ERROR;
  }

  private static UnaryOperator<Transition> without(Predicate<Effect> unwanted) {
    return transition ->
        new Transition(
            transition.next(), transition.effects().stream().filter(unwanted.negate()).toList());
  }

  private static UnaryOperator<Transition> twice(Predicate<Effect> repeated) {
    return transition -> {
      List<Effect> effects = new ArrayList<>();
      for (Effect effect : transition.effects()) {
        effects.add(effect);
        if (repeated.test(effect)) {
          effects.add(effect);
        }
      }
      return new Transition(transition.next(), effects);
    };
  }

  private static Transition forgetPolls(Transition transition) {
    return transition.next().phase() instanceof Phase.Serving p && p.isIdle()
        ? new Transition(
            transition.next().with(transition.next().side().withSlots(List.of())),
            transition.effects())
        : transition;
  }

  private static Transition giveToHeldPoll(Transition transition) {
    SandboxState next = transition.next();
    if (!transition.effects().isEmpty()
        || next.running().size() != 1
        || next.running().getFirst().status() != InvocationStatus.DELIVERED
        || next.slots().isEmpty()) {
      return transition;
    }
    RunningInvocation r = next.running().getFirst();
    WorkerSlot held = next.slots().getFirst();
    return new Transition(
        next.with(next.side().without(held)),
        List.of(new Effect.Deliver(held, r.invocation(), r.deadline())));
  }

  private static Transition noSettleTime(Transition transition) {
    SandboxState next = transition.next();
    if (next.phase() instanceof Phase.Serving p) {
      for (RunningInvocation each : p.running()) {
        if (each.failure() != null) {
          Deadline past = new Deadline(Long.MIN_VALUE / 2);
          p = p.replacing(each, each.failingWith(each.failure().settlingUntil(past)));
        }
      }
      next = next.in(p);
    }
    return new Transition(
        next,
        transition.effects().stream()
            .map(effect ->
                effect instanceof Effect.ArmTimer(SandboxTimer timer, long at)
                        && timer == SandboxTimer.GRACE
                    ? new Effect.ArmTimer(timer, Long.MIN_VALUE / 2)
                    : effect)
            .toList());
  }
}
