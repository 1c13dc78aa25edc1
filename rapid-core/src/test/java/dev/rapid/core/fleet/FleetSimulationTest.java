package dev.rapid.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many short lives of fleets. {@code -Dsimulation.schedules=N} runs N of them, {@code
 * -Dsimulation.seed=N} runs one.
 */
final class FleetSimulationTest {

  private static final long DEFAULT_SCHEDULES = 100_000;

  private final List<Logger> logs =
      List.of(Logger.getLogger(Fleet.class.getName()), Logger.getLogger(Sandbox.class.getName()));

  /** Sandboxes that cannot be made are part of the simulation, and wrong transitions too. */
  @BeforeEach
  void beQuiet() {
    logs.forEach(log -> log.setLevel(Level.OFF));
  }

  @AfterEach
  void tell() {
    logs.forEach(log -> log.setLevel(null));
  }

  @Test
  void whatever_happens_the_invariants_hold() {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      FleetSimulation.run(seed);
      return;
    }
    long schedules = Long.getLong("simulation.schedules", DEFAULT_SCHEDULES);

    LongStream.range(0, schedules).parallel().forEach(FleetSimulation::run);
  }

  @Test
  void one_seed_gives_one_story() {
    for (long seed = 0; seed < 100; seed++) {
      String first = FleetSimulation.trace(seed, UnaryOperator.identity());

      assertThat(FleetSimulation.trace(seed, UnaryOperator.identity())).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("sabotages")
  void the_invariants_notice(String what, UnaryOperator<FleetTransition> sabotage) {
    Set<String> failures = new TreeSet<>();
    for (long seed = 0; seed < 2000 && failures.stream().noneMatch(m -> m.contains(what)); seed++) {
      try {
        FleetSimulation.run(seed, sabotage);
      } catch (AssertionError e) {
        String firstLine = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        failures.add(firstLine.replaceFirst("seed \\d+ fails: (f\\d-\\d+)?", ""));
      }
    }

    assertThat(failures).anySatisfy(failure -> assertThat(failure).contains(what));
  }

  static List<Arguments> sabotages() {
    return List.of(
        Arguments.of("waits for ever", without(FleetEffect.Run.class::isInstance)),
        Arguments.of("was lost", without(FleetEffect.Complete.class::isInstance)),
        Arguments.of("an invocation leaves the line twice", twice(FleetEffect.Run.class)),
        Arguments.of("waits for ever", without(FleetEffect.Initialise.class::isInstance)),
        Arguments.of("more sandboxes than allowed", twice(FleetEffect.Create.class)),
        Arguments.of("waits for ever", without(FleetEffect.ReturnPermit.class::isInstance)),
        Arguments.of(
            "the program runs more invocations than it may", twice(FleetEffect.ReturnPermit.class)),
        Arguments.of("waits for ever", without(FleetEffect.RequestMemory.class::isInstance)),
        Arguments.of("memory was not given back", without(FleetEffect.UseMemory.class::isInstance)),
        Arguments.of(
            "memory was not given back", without(FleetEffect.WithdrawMemory.class::isInstance)),
        Arguments.of("the fleet does not end", without(FleetEffect.ShutDown.class::isInstance)),
        Arguments.of("an outdated sandbox stays", members(FleetSimulationTest::staying)),
        Arguments.of(
            "an invocation begins in an outdated sandbox",
            members(each -> each.running() > 0 ? each.asOutdated() : each)),
        Arguments.of(
            "a provisioned sandbox is missing", without(FleetEffect.Initialise.class::isInstance)),
        Arguments.of(
            "an idle sandbox does not end", without(FleetEffect.ArmTimer.class::isInstance)),
        Arguments.of(
            "more sandboxes than allowed",
            (UnaryOperator<FleetTransition>) FleetSimulationTest::remembering));
  }

  private static UnaryOperator<FleetTransition> without(Predicate<FleetEffect> unwanted) {
    return transition ->
        new FleetTransition(
            transition.next(), transition.effects().stream().filter(unwanted.negate()).toList());
  }

  private static UnaryOperator<FleetTransition> twice(Class<? extends FleetEffect> kind) {
    return transition -> {
      List<FleetEffect> effects = new ArrayList<>();
      for (FleetEffect effect : transition.effects()) {
        effects.add(effect);
        if (kind.isInstance(effect)) {
          effects.add(effect);
        }
      }
      return new FleetTransition(transition.next(), effects);
    };
  }

  private static FleetTransition remembering(FleetTransition transition) {
    FleetState next = transition.next();
    boolean forgets = transition.effects().stream().anyMatch(FleetEffect.Forget.class::isInstance);
    if (!forgets) {
      return transition;
    }
    List<MemberState> members = new ArrayList<>(next.members());
    members.add(MemberState.cold(next.lastNumber(), false, 0));
    return new FleetTransition(withMembers(next, members), transition.effects());
  }

  /** An outdated sandbox that was not told to end. */
  private static MemberState staying(MemberState member) {
    return new MemberState(
        member.number(),
        member.provisioned(),
        member.phase(),
        member.begun(),
        member.used(),
        member.running(),
        member.tenant(),
        member.idleSinceNanos(),
        member.leaving() && !member.outdated(),
        member.outdated());
  }

  private static UnaryOperator<FleetTransition> members(UnaryOperator<MemberState> change) {
    return transition ->
        new FleetTransition(
            withMembers(
                transition.next(), transition.next().members().stream().map(change).toList()),
            transition.effects());
  }

  private static FleetState withMembers(FleetState state, List<MemberState> members) {
    return new FleetState(
        state.config(),
        members,
        state.waiting(),
        state.lastNumber(),
        state.running(),
        state.begun(),
        state.reserved(),
        state.failedInits(),
        state.pausedUntil(),
        state.renewalBy(),
        state.aboutToBeFree(),
        state.waitedForUntil(),
        state.permitsRequested(),
        state.permits(),
        state.memoryRequests(),
        state.lastMemoryRequest(),
        state.timer(),
        state.retiring(),
        state.closing());
  }
}
