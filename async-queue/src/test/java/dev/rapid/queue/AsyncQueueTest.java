package dev.rapid.queue;

import static dev.rapid.queue.store.Entries.LANE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.core.queue.QueueConfig;
import dev.rapid.core.queue.QueueState;
import dev.rapid.core.queue.RetryPolicy;
import dev.rapid.core.queue.Settlement;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.lambda.async.EventAcceptance;
import dev.rapid.queue.destination.InvocationResult;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.EntryFilter;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.EntryStore;
import dev.rapid.queue.store.Lanes;
import dev.rapid.queue.store.MemoryStore;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoredEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue with a store in memory, in virtual time; only the store's thread is real. */
class AsyncQueueTest {

  private static final RetryPolicy POLICY =
      new RetryPolicy(
          3,
          Duration.ofMinutes(1),
          Duration.ofHours(6),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          false);
  private static final String OTHER_LANE = "function/invoices";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final VirtualTime time = new VirtualTime();
  private final Attempts attempts = new Attempts();
  private final Log log = new Log();
  private volatile @Nullable StoreException openingFailure;
  private final AsyncQueue queue = queue(Followers.NONE, Long.MAX_VALUE);

  private AsyncQueue queue(Followers followers, long maxBytes) {
    return queue(followers, maxBytes, null);
  }

  private AsyncQueue queue(Followers followers, long maxBytes, @Nullable Integer maxRunning) {
    return new AsyncQueue(
        new QueueConfig(Duration.ofSeconds(30), null, maxRunning),
        "node-1",
        node -> {
          StoreException failure = openingFailure;
          if (failure != null) {
            throw failure;
          }
          return new MemoryStore(node, maxBytes, time::epochMillis);
        },
        new QueueTime(time, time, time, () -> 1.0),
        followers,
        log);
  }

  @AfterEach
  void close() {
    attempts.endAll();
    queue.close();
  }

  // ------------------------------------------------------------------ attempts

  @Test
  void an_event_is_accepted_and_runs() {
    queue.serve(LANE, 1, POLICY, attempts);
    StoredEntry entry = accept(queue);

    Attempt attempt = attempts.next();

    assertThat(attempt.entry().id()).isEqualTo(entry.id());
    assertThat(attempt.entry().payload()).isEqualTo(entry.payload());
    assertThat(log.lines).containsExactlyInAnyOrder("accepted", "begun");
    attempt.end(new AttemptResult.Succeeded());
    awaitLine("Succeeded[] -> Done[]");
    assertThat(entries()).isEmpty();
  }

  @Test
  void events_that_came_before_their_lane_was_served_run() {
    accept(queue);
    assertThat(attempts.begun).isEmpty();

    queue.serve(LANE, 1, POLICY, attempts);

    attempts.next().end(new AttemptResult.Succeeded());
  }

  @Test
  void no_more_attempts_run_at_once_than_the_lane_has_room_for() {
    queue.serve(LANE, 2, POLICY, attempts);
    for (int i = 0; i < 5; i++) {
      accept(queue);
    }

    Attempt first = attempts.next();
    Attempt second = attempts.next();
    assertThat(queue.running()).isEqualTo(2);
    assertThat(attempts.begun).isEmpty();
    first.end(new AttemptResult.Succeeded());
    Attempt third = attempts.next();
    assertThat(queue.running()).isEqualTo(2);
    List.of(second, third).forEach(each -> each.end(new AttemptResult.Succeeded()));
    attempts.next().end(new AttemptResult.Succeeded());
    attempts.next().end(new AttemptResult.Succeeded());
    await().until(() -> entries().isEmpty());
  }

  @Test
  void events_run_in_the_order_in_which_they_came() {
    queue.serve(LANE, 1, POLICY, attempts);
    List<StoredEntry> all = List.of(accept(queue), accept(queue), accept(queue));

    for (StoredEntry each : all) {
      Attempt attempt = attempts.next();
      assertThat(attempt.entry().id()).isEqualTo(each.id());
      attempt.end(new AttemptResult.Succeeded());
    }
  }

  @Test
  void an_attempt_that_fails_is_repeated_after_one_minute_and_after_two_more() {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);

    attempts.next().end(new AttemptResult.Failed("Broken"));
    awaitWaiting("Broken");
    time.advanceBy(Duration.ofSeconds(59));
    assertThat(attempts.begun).isEmpty();
    time.advanceBy(Duration.ofSeconds(1));
    attempts.next().end(new AttemptResult.Failed("Broken again"));
    awaitWaiting("Broken again");
    time.advanceBy(Duration.ofMinutes(2));
    attempts.next().end(new AttemptResult.Failed("Broken for good"));

    await().until(() -> entries().getFirst().state() == EntryState.DEAD);
    StoredEntry dead = entries().getFirst();
    assertThat(dead.attempts()).isEqualTo(3);
    assertThat(dead.condition()).isEqualTo(Settlement.Condition.RETRIES_EXHAUSTED);
    assertThat(dead.reason()).isEqualTo("Broken for good");
  }

  @Test
  void an_attempt_that_is_refused_does_not_count_and_lets_its_lane_pause() {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);

    attempts.next().end(new AttemptResult.NotRun("throttled"));
    awaitWaiting("throttled");
    accept(queue);
    time.advanceBy(Duration.ofMillis(999));
    assertThat(attempts.begun).isEmpty();
    time.advanceBy(Duration.ofMillis(1));

    Attempt second = attempts.next();
    assertThat(second.entry().attempts()).isZero();
    second.end(new AttemptResult.Succeeded());
    attempts.next().end(new AttemptResult.Succeeded());
  }

  @Test
  void an_event_for_a_lane_that_runs_nothing_is_given_up() {
    queue.serve(
        LANE,
        1,
        new RetryPolicy(
            3,
            Duration.ofMinutes(1),
            Duration.ofHours(6),
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            true),
        attempts);

    accept(queue);

    awaitLine("Dead[condition=ZERO_RESERVED_CONCURRENCY, attempts=0, reason=null]");
    assertThat(attempts.begun).isEmpty();
  }

  @Test
  void an_attempt_that_throws_did_not_run() {
    queue.serve(
        LANE,
        1,
        POLICY,
        (entry, ended) -> {
          throw new IllegalStateException("a bug");
        });

    accept(queue);

    awaitWaiting("An internal error: java.lang.IllegalStateException: a bug");
    queue.serve(LANE, 1, POLICY, attempts);
    time.advanceBy(Duration.ofSeconds(1));
    attempts.next().end(new AttemptResult.Succeeded());
  }

  @Test
  void an_attempt_ends_once() {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);

    Attempt attempt = attempts.next();
    attempt.end(new AttemptResult.Failed("Broken"));
    attempt.end(new AttemptResult.Succeeded());

    awaitWaiting("Broken");
  }

  @Test
  void a_long_attempt_keeps_its_lease() {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    Attempt attempt = attempts.next();

    for (int i = 0; i < 12; i++) {
      long before = entries().getFirst().dueMillis();
      time.advanceBy(Duration.ofSeconds(10));
      await().until(() -> entries().getFirst().dueMillis() > before);
    }

    attempt.end(new AttemptResult.Succeeded());
    await().until(() -> entries().isEmpty());
    assertThat(log.lines).doesNotContain("claim lost");
  }

  // ------------------------------------------------------------------ lanes

  @Test
  void events_of_a_withdrawn_lane_wait_until_it_is_served_again() {
    queue.serve(LANE, 1, POLICY, attempts);
    queue.withdraw(LANE);

    accept(queue);
    queue.serve(OTHER_LANE, 1, POLICY, attempts);
    queue.accept(Entries.accepted(OTHER_LANE, time.epochMillis()), log);
    Attempt other = attempts.next();
    assertThat(other.entry().lane()).isEqualTo(OTHER_LANE);
    assertThat(attempts.begun).isEmpty();
    other.end(new AttemptResult.Succeeded());
    queue.serve(LANE, 1, POLICY, attempts);

    attempts.next().end(new AttemptResult.Succeeded());
  }

  @Test
  void an_event_that_waits_for_a_retry_runs_when_a_user_wants_it() throws Exception {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    attempts.next().end(new AttemptResult.Failed("Broken"));
    awaitWaiting("Broken");

    assertThat(queue.retry(EntryFilter.ALL)).isEqualTo(1);

    attempts.next().end(new AttemptResult.Succeeded());
  }

  // ------------------------------------------------------------------ followers

  @Test
  void the_entries_that_follow_a_settled_one_are_added_and_run() {
    InvocationResult answer = new InvocationResult("$LATEST", null, new byte[] {'1'});
    List<InvocationResult> seen = new CopyOnWriteArrayList<>();
    AsyncQueue withFollowers =
        queue(
            (entry, settlement, result, now) -> {
              if (result != null) {
                seen.add(result);
              }
              return entry.lane().equals(LANE) && settlement instanceof Settlement.Done
                  ? List.of(Entries.accepted(OTHER_LANE, now))
                  : List.of();
            },
            Long.MAX_VALUE);
    try (withFollowers) {
      withFollowers.serve(LANE, 1, POLICY, attempts);
      withFollowers.serve(OTHER_LANE, 1, POLICY, attempts);
      accept(withFollowers);

      attempts.next().ended().ended(new AttemptResult.Succeeded(), answer);

      Attempt follower = attempts.next();
      assertThat(follower.entry().lane()).isEqualTo(OTHER_LANE);
      assertThat(seen).containsExactly(answer);
      follower.end(new AttemptResult.Succeeded());
    }
  }

  // ------------------------------------------------------------------ refusals

  @Test
  void an_event_that_the_store_has_no_room_for_is_refused() {
    try (AsyncQueue small = queue(Followers.NONE, 100)) {
      accept(small);

      awaitLine("refused FULL The queue of events is full");
    }
  }

  @Test
  void an_event_is_refused_while_the_store_cannot_be_opened() {
    openingFailure = new StoreException("The disk is full.", false, null);

    accept(queue);

    awaitLine("refused STORE_UNAVAILABLE The disk is full.");
    assertThat(log.lines).contains("available false The disk is full.");
  }

  @Test
  void a_lane_is_served_once_the_store_can_be_opened() {
    openingFailure = new StoreException("The database is away.", false, null);
    queue.serve(LANE, 1, POLICY, attempts);
    awaitLine("available false The database is away.");

    openingFailure = null;
    await()
        .until(() -> {
          time.advanceBy(Duration.ofSeconds(1));
          return log.lines.contains("available true ");
        });

    accept(queue);
    attempts.next().end(new AttemptResult.Succeeded());
  }

  // ------------------------------------------------------------------ the end

  @Test
  void the_end_waits_for_an_event_that_runs_and_takes_no_more() throws InterruptedException {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    Attempt attempt = attempts.next();

    Thread end = Thread.ofPlatform().start(() -> queue.drain(PATIENCE));
    await()
        .until(() -> {
          accept(queue);
          return log.lines.contains("refused SHUTTING_DOWN Rapid is shutting down");
        });
    assertThat(end.isAlive()).isTrue();
    attempt.end(new AttemptResult.Succeeded());

    attempts.endAll();
    end.join();
  }

  @Test
  void the_end_runs_what_waits_for_room() throws InterruptedException {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    accept(queue);
    Attempt first = attempts.next();

    Thread end = Thread.ofPlatform().start(() -> queue.drain(PATIENCE));
    first.end(new AttemptResult.Succeeded());
    attempts.next().end(new AttemptResult.Succeeded());

    end.join();
    assertThat(entries()).isEmpty();
  }

  @Test
  void the_end_lets_what_runs_finish_and_begins_nothing() throws InterruptedException {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    accept(queue);
    Attempt first = attempts.next();

    Thread end =
        Thread.ofPlatform()
            .start(() -> {
              queue.drain(Duration.ZERO);
              queue.awaitRunning(PATIENCE);
            });
    await().until(() -> queue.state().beginsUntilMillis() != QueueState.NEVER);
    assertThat(end.isAlive()).isTrue();
    first.end(new AttemptResult.Succeeded());

    end.join();
    assertThat(entries()).noneMatch(entry -> entry.id().equals(first.entry().id())).isNotEmpty();
    assertThat(attempts.begun).isEmpty();
  }

  @Test
  void the_end_does_not_wait_for_an_event_whose_next_attempt_comes_later() {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    attempts.next().end(new AttemptResult.Failed("Broken"));
    awaitWaiting("Broken");

    // The clock stands still: this returns only when nothing is left to do.
    queue.drain(Duration.ofSeconds(59));

    time.advanceBy(Duration.ofMinutes(1));
    assertThat(attempts.begun).isEmpty();
  }

  @Test
  void events_that_are_lost_with_the_store_are_reported() {
    queue.serve(LANE, 1, POLICY, attempts);
    accept(queue);
    attempts.next().end(new AttemptResult.Failed("Broken"));
    awaitWaiting("Broken");

    queue.close();

    assertThat(log.lines).contains("lost Broken");
  }

  @Test
  void a_destination_that_hangs_leaves_the_room_of_the_node_to_functions() {
    String lane = Lanes.ofDestination("https://hook");
    Attempts deliveries = new Attempts();
    try (AsyncQueue limited = queue(Followers.NONE, Long.MAX_VALUE, 1)) {
      limited.serve(lane, 8, POLICY, deliveries);
      limited.serve(LANE, 1, POLICY, attempts);
      limited.accept(Entries.accepted(lane, time.epochMillis()), log);
      Attempt hanging = deliveries.next();

      StoredEntry event = accept(limited);

      Attempt begun = attempts.next();
      assertThat(begun.entry().id()).isEqualTo(event.id());
      begun.end(new AttemptResult.Succeeded());
      hanging.end(new AttemptResult.Succeeded());
    }
  }

  // ------------------------------------------------------------------ tools

  private static ConditionFactory await() {
    return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  private StoredEntry accept(AsyncQueue target) {
    StoredEntry entry = Entries.accepted(time.epochMillis());
    int before = log.answers();
    target.accept(entry, log);
    await().until(() -> log.answers() > before);
    return entry;
  }

  private List<StoredEntry> entries() {
    try {
      EntryStore store = queue.store();
      return store.list(EntryFilter.ALL, null, 100);
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the first entry waits for another attempt, and the queue knows of it. */
  private void awaitWaiting(String reason) {
    awaitLine("reason=" + reason + "]");
    await().until(() -> queue.running() == 0 && time.waiting() > 0);
    assertThat(entries().getFirst().state()).isEqualTo(EntryState.RETRYING);
  }

  private void awaitLine(String end) {
    await().untilAsserted(() -> assertThat(log.lines).anyMatch(line -> line.endsWith(end)));
  }

  private record Attempt(StoredEntry entry, AttemptRunner.Ended ended) {

    void end(AttemptResult result) {
      ended.ended(result, null);
    }
  }

  /** Attempts that end when the test wants it. */
  private static final class Attempts implements AttemptRunner {

    final List<Attempt> begun = new CopyOnWriteArrayList<>();
    private volatile boolean endingAll;

    @Override
    public void run(StoredEntry entry, Ended ended) {
      if (endingAll) {
        ended.ended(new AttemptResult.Succeeded(), null);
      } else {
        begun.add(new Attempt(entry, ended));
      }
    }

    Attempt next() {
      await().until(() -> !begun.isEmpty());
      return begun.removeFirst();
    }

    void endAll() {
      endingAll = true;
      while (!begun.isEmpty()) {
        next().end(new AttemptResult.Succeeded());
      }
    }
  }

  /** What happens, one line each. */
  private static final class Log implements QueueListener, EventAcceptance {

    final List<String> lines = new CopyOnWriteArrayList<>();

    int answers() {
      return (int)
          lines.stream()
              .filter(line -> line.equals("accepted") || line.startsWith("refused"))
              .count();
    }

    @Override
    public void accepted() {
      lines.add("accepted");
    }

    @Override
    public void refused(Refusal why, String message) {
      lines.add("refused " + why + " " + message);
    }

    @Override
    public void begun(StoredEntry entry) {
      lines.add("begun");
    }

    @Override
    public void ended(StoredEntry entry, AttemptResult result, Settlement settlement) {
      lines.add(result + " -> " + settlement);
    }

    @Override
    public void settledUnrun(StoredEntry entry, Settlement settlement) {
      lines.add(settlement.toString());
    }

    @Override
    public void lost(StoredEntry entry) {
      lines.add("lost " + entry.reason());
    }

    @Override
    public void claimLost(dev.rapid.core.queue.QueueEntry entry) {
      lines.add("claim lost");
    }

    @Override
    public void storeAvailable(boolean available, String message) {
      lines.add("available " + available + " " + message);
    }
  }
}
