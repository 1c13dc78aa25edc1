package dev.rapid.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The queue of one node, whose store and attempts are the test. Time passes when it says so. */
final class QueueScenario {

  static final String LANE = "function/hello";
  static final Duration LEASE = Duration.ofSeconds(30);
  static final RetryPolicy POLICY =
      new RetryPolicy(
          3,
          Duration.ofMinutes(1),
          Duration.ofHours(6),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          false);

  private final QueueMachine machine = new QueueMachine();
  private QueueState state;
  private List<QueueEffect> effects = List.of();
  private int lastId;
  long now = 1_767_225_600_000L;

  private QueueScenario(@Nullable Duration pollInterval, @Nullable Integer maxRunning) {
    state = QueueState.initial(new QueueConfig(LEASE, pollInterval, maxRunning));
  }

  /** A node that has the store for itself. */
  static QueueScenario alone() {
    return new QueueScenario(null, null);
  }

  /** A node that shares the store with others. */
  static QueueScenario shared() {
    return new QueueScenario(Duration.ofSeconds(1), null);
  }

  /** A node that runs only some attempts at once. */
  static QueueScenario running(int atMost) {
    return new QueueScenario(null, atMost);
  }

  QueueState state() {
    return state;
  }

  Lane lane() {
    return Objects.requireNonNull(state.lanes().get(LANE));
  }

  /** Returns the effects of the last event. */
  List<QueueEffect> effects() {
    return effects;
  }

  <E extends QueueEffect> List<E> effects(Class<E> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  QueueScenario post(QueueEvent event) {
    QueueTransition transition = machine.apply(state, event, now);
    state = transition.state();
    effects = transition.effects();
    return this;
  }

  QueueScenario after(Duration time) {
    now += time.toMillis();
    return post(new QueueEvent.Woken());
  }

  // ------------------------------------------------------------------ events

  QueueScenario serve(int capacity) {
    return serve(LANE, capacity, POLICY);
  }

  QueueScenario serve(String lane, int capacity, RetryPolicy policy) {
    return post(new QueueEvent.LaneServed(lane, capacity, true, policy));
  }

  QueueScenario serveUncounted(String lane, int capacity) {
    return post(new QueueEvent.LaneServed(lane, capacity, false, POLICY));
  }

  QueueEntry entry() {
    return entry(LANE);
  }

  QueueEntry entry(String lane) {
    lastId++;
    return new QueueEntry(new UUID(0, lastId), lane, 1, 0, 0, now);
  }

  /** The claim that is under way gets these entries, and there are no more. */
  QueueScenario claimed(QueueEntry... entries) {
    return post(new QueueEvent.Claimed(Arrays.asList(entries), Map.of()));
  }

  /** The claim that is under way gets these entries, and there are more. */
  QueueScenario claimedAndMore(QueueEntry... entries) {
    return post(new QueueEvent.Claimed(Arrays.asList(entries), Map.of(LANE, now)));
  }

  QueueScenario ended(QueueEntry entry, AttemptResult result) {
    return post(new QueueEvent.AttemptEnded(entry, result, 1));
  }

  QueueScenario succeeded(QueueEntry entry) {
    return ended(entry, new AttemptResult.Succeeded());
  }

  QueueScenario failed(QueueEntry entry) {
    return ended(entry, new AttemptResult.Failed("it broke"));
  }

  QueueScenario refused(QueueEntry entry) {
    return ended(entry, new AttemptResult.NotRun("no room"));
  }

  QueueScenario settled(QueueEntry entry) {
    return post(new QueueEvent.Settled(entry, true));
  }

  QueueScenario extended(QueueEntry... lost) {
    return post(new QueueEvent.LeasesExtended(Set.of(lost)));
  }

  // ------------------------------------------------------------------ what follows

  /** Returns the entries whose attempts the last event has begun. */
  List<QueueEntry> begun() {
    return effects(QueueEffect.Begin.class).stream().map(QueueEffect.Begin::entry).toList();
  }

  /** Returns the settlements that the last event has sent. */
  List<Settlement> settlements() {
    return effects(QueueEffect.Settle.class).stream().map(QueueEffect.Settle::settlement).toList();
  }

  /** Returns how many entries of each lane the last event has claimed, empty for no claim. */
  Map<String, Integer> claims() {
    List<QueueEffect.Claim> claims = effects(QueueEffect.Claim.class);
    assertThat(claims).hasSizeLessThan(2);
    return claims.isEmpty() ? Map.of() : claims.getFirst().atMost();
  }

  /** Returns the entries whose leases the last event has extended. */
  List<QueueEntry> extensions() {
    return effects(QueueEffect.ExtendLeases.class).stream()
        .flatMap(each -> each.entries().stream())
        .toList();
  }

  /** Returns how long the node waits from now on if nothing happens. */
  Duration nextWake() {
    return Duration.ofMillis(state.wakeAtMillis() - now);
  }
}
