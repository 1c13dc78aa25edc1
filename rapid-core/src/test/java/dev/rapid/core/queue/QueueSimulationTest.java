package dev.rapid.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many short lives of queues. {@code -Dsimulation.schedules=N} runs N of them, {@code
 * -Dsimulation.seed=N} runs one.
 */
final class QueueSimulationTest {

  private static final long DEFAULT_SCHEDULES = 100_000;

  @Test
  void whatever_happens_the_invariants_hold() {
    Long seed = Long.getLong("simulation.seed");
    if (seed != null) {
      QueueSimulation.run(seed);
      return;
    }
    long schedules = Long.getLong("simulation.schedules", DEFAULT_SCHEDULES);

    LongStream.range(0, schedules).parallel().forEach(QueueSimulation::run);
  }

  @Test
  void one_seed_gives_one_story() {
    for (long seed = 0; seed < 50; seed++) {
      String first = QueueSimulation.trace(seed);

      assertThat(QueueSimulation.trace(seed)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @MethodSource("sabotages")
  void the_invariants_notice(String what, UnaryOperator<QueueTransition> sabotage) {
    Set<String> failures = new TreeSet<>();
    for (long seed = 0; seed < 2000 && failures.stream().noneMatch(m -> m.contains(what)); seed++) {
      failures.add(QueueSimulation.failure(seed, sabotage));
    }

    assertThat(failures).anySatisfy(failure -> assertThat(failure).contains(what));
  }

  static List<Arguments> sabotages() {
    return List.of(
        Arguments.of("waits for ever", without(QueueEffect.Begin.class::isInstance)),
        Arguments.of("waits for ever", without(QueueEffect.Claim.class::isInstance)),
        Arguments.of("waits for ever", without(QueueEffect.WakeAt.class::isInstance)),
        Arguments.of("waits for ever", without(QueueEffect.Settle.class::isInstance)),
        Arguments.of("a claim has two attempts", twice(QueueEffect.Begin.class)),
        Arguments.of(
            "is taken from a node without trouble",
            without(QueueEffect.ExtendLeases.class::isInstance)),
        Arguments.of("is done without a success", settling(each -> new Settlement.Done())),
        Arguments.of(
            "is repeated without a reason",
            settling(each -> each instanceof Settlement.Done ? new Settlement.Released() : each)),
        Arguments.of(
            "more attempts than the policy has",
            lanes(each -> withPolicy(each, each.capacity(), 9, each.policy().maxAge()))),
        Arguments.of(
            "an attempt begins after its age",
            lanes(each ->
                withPolicy(
                    each, each.capacity(), each.policy().maxAttempts(), Duration.ofDays(1)))),
        Arguments.of(
            "more attempts than the lane may run",
            lanes(
                each -> withPolicy(each, 9, each.policy().maxAttempts(), each.policy().maxAge()))),
        Arguments.of(
            "more attempts than the node may run",
            states(each -> with(each, each.lanes(), each.settling(), unlimited(each)))),
        Arguments.of("a lane does not get its turn", states(QueueSimulationTest::withoutTurns)),
        Arguments.of("an entry runs twice on a node", lanes(each -> each.withRunning(List.of()))),
        Arguments.of(
            "a settlement is not sent",
            (UnaryOperator<QueueTransition>) QueueSimulationTest::forgetful));
  }

  private static UnaryOperator<QueueTransition> without(Predicate<QueueEffect> unwanted) {
    return transition ->
        new QueueTransition(
            transition.state(), transition.effects().stream().filter(unwanted.negate()).toList());
  }

  private static UnaryOperator<QueueTransition> twice(Class<? extends QueueEffect> kind) {
    return transition -> {
      List<QueueEffect> effects = new ArrayList<>();
      for (QueueEffect effect : transition.effects()) {
        effects.add(effect);
        if (kind.isInstance(effect)) {
          effects.add(effect);
        }
      }
      return new QueueTransition(transition.state(), effects);
    };
  }

  private static UnaryOperator<QueueTransition> settling(UnaryOperator<Settlement> change) {
    return transition -> {
      List<QueueEffect> effects = new ArrayList<>();
      for (QueueEffect effect : transition.effects()) {
        effects.add(
            effect instanceof QueueEffect.Settle(QueueEntry entry, Settlement settlement)
                ? new QueueEffect.Settle(entry, change.apply(settlement))
                : effect);
      }
      return new QueueTransition(transition.state(), effects);
    };
  }

  private static UnaryOperator<QueueTransition> lanes(UnaryOperator<Lane> change) {
    return transition -> {
      Map<String, Lane> lanes = new LinkedHashMap<>();
      transition.state().lanes().forEach((name, lane) -> lanes.put(name, change.apply(lane)));
      return new QueueTransition(
          with(transition.state(), lanes, transition.state().settling()), transition.effects());
    };
  }

  private static UnaryOperator<QueueTransition> states(UnaryOperator<QueueState> change) {
    return transition ->
        new QueueTransition(change.apply(transition.state()), transition.effects());
  }

  private static QueueConfig unlimited(QueueState state) {
    return new QueueConfig(state.config().lease(), state.config().pollInterval(), null);
  }

  private static Lane withPolicy(Lane lane, int capacity, int attempts, Duration maxAge) {
    RetryPolicy policy = lane.policy();
    return new Lane(
        lane.name(),
        capacity,
        lane.counted(),
        new RetryPolicy(
            attempts,
            policy.retryBase(),
            maxAge,
            policy.firstBackOff(),
            policy.maxBackOff(),
            policy.runsNothing()),
        lane.served(),
        lane.ready(),
        lane.running(),
        lane.attemptMillis(),
        lane.nextDueMillis(),
        lane.claimedMillis(),
        lane.yieldsUntilMillis(),
        lane.pausedUntilMillis(),
        lane.refusals());
  }

  private static QueueTransition forgetful(QueueTransition transition) {
    List<Settling> unsent = new ArrayList<>();
    for (Settling each : transition.state().settling()) {
      unsent.add(new Settling(each.entry(), each.settlement(), false));
    }
    return new QueueTransition(
        with(transition.state(), transition.state().lanes(), unsent), transition.effects());
  }

  private static QueueState withoutTurns(QueueState state) {
    return new QueueState(
        state.config(),
        state.lanes(),
        state.settling(),
        state.claimSentMillis(),
        state.extension(),
        state.extendAtMillis(),
        state.storeAwayUntilMillis(),
        null,
        state.beginsUntilMillis(),
        state.wakeAtMillis(),
        state.nowMillis());
  }

  private static QueueState with(
      QueueState state, Map<String, Lane> lanes, List<Settling> settling) {
    return with(state, lanes, settling, state.config());
  }

  private static QueueState with(
      QueueState state, Map<String, Lane> lanes, List<Settling> settling, QueueConfig config) {
    return new QueueState(
        config,
        lanes,
        settling,
        state.claimSentMillis(),
        state.extension(),
        state.extendAtMillis(),
        state.storeAwayUntilMillis(),
        state.lastBegun(),
        state.beginsUntilMillis(),
        state.wakeAtMillis(),
        state.nowMillis());
  }
}
