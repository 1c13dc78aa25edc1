package dev.rapid.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class AlarmTest {

  private static final long NEVER = Long.MAX_VALUE;

  private final VirtualTime time = new VirtualTime();
  private final long start = time.nanoTime();
  private final List<Long> rings = new ArrayList<>();
  private int schedules;

  private final Alarm alarm = new Alarm(this::schedule, time, () -> rings.add(sinceStart()));

  private void schedule(long atNanos, Runnable task) {
    schedules++;
    time.schedule(atNanos, task);
  }

  private long sinceStart() {
    return time.nanoTime() - start;
  }

  private void setIn(long nanos) {
    alarm.set(time.nanoTime() + nanos);
  }

  private void pass(long nanos) {
    time.advanceBy(Duration.ofNanos(nanos));
  }

  @Test
  void it_rings_once_at_its_moment() {
    setIn(100);

    pass(99);
    assertThat(rings).isEmpty();

    pass(1000);
    assertThat(rings).containsExactly(100L);
  }

  @Test
  void a_past_moment_rings_at_once() {
    setIn(-5);

    pass(0);

    assertThat(rings).containsExactly(0L);
  }

  @Test
  void a_later_moment_replaces_an_earlier_one_without_a_new_wake_up() {
    setIn(100);

    setIn(150);
    setIn(250);
    assertThat(schedules).isEqualTo(1);

    pass(1000);
    assertThat(rings).containsExactly(250L);
  }

  @Test
  void an_earlier_moment_replaces_a_later_one() {
    setIn(100);
    setIn(50);

    pass(1000);

    assertThat(rings).containsExactly(50L);
  }

  @Test
  void a_cleared_alarm_is_silent() {
    setIn(100);
    alarm.clear();

    pass(1000);

    assertThat(rings).isEmpty();
  }

  @Test
  void it_can_be_set_again_after_it_was_cleared_or_has_rung() {
    setIn(100);
    alarm.clear();
    setIn(200);
    pass(200);

    setIn(50);
    pass(50);

    assertThat(rings).containsExactly(200L, 250L);
  }

  @Test
  void it_can_be_set_while_it_rings() {
    List<Long> moments = new ArrayList<>();
    Alarm[] repeating = new Alarm[1];
    repeating[0] =
        new Alarm(
            time,
            time,
            () -> {
              moments.add(sinceStart());
              if (moments.size() < 3) {
                repeating[0].set(time.nanoTime() + 10);
              }
            });
    repeating[0].set(start + 10);

    pass(1000);

    assertThat(moments).containsExactly(10L, 20L, 30L);
  }

  @Test
  void setting_and_clearing_for_every_invocation_keeps_one_wake_up() {
    for (int i = 0; i < 10_000; i++) {
      setIn(1_000_000);
      pass(10);
      alarm.clear();
    }

    assertThat(time.waiting()).isEqualTo(1);
    assertThat(rings).isEmpty();
  }

  @Test
  void whatever_is_set_and_cleared_it_rings_when_it_should() {
    for (long seed = 0; seed < 2_000; seed++) {
      rings.clear();

      List<Long> expected = play(new SplittableRandom(seed));

      assertThat(rings).as("seed %d", seed).isEqualTo(expected);
    }
  }

  /** Plays one random game and returns when a simpler alarm would have rung. */
  private List<Long> play(SplittableRandom random) {
    List<Long> expected = new ArrayList<>();
    long ringAt = NEVER;
    for (int step = 0; step < 60; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long delay = random.nextInt(-2, 40);
          setIn(delay);
          ringAt = Math.max(sinceStart(), sinceStart() + delay);
        }
        case 2 -> {
          alarm.clear();
          ringAt = NEVER;
        }
        default -> {
          pass(random.nextInt(30));
          if (ringAt <= sinceStart()) {
            expected.add(ringAt);
            ringAt = NEVER;
          }
        }
      }
    }
    alarm.clear();
    pass(1000);
    return expected;
  }
}
