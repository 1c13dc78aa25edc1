package dev.rapid.cli.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GatheredChangesTest {

  private static final long MS = 1_000_000;
  private static final Subject A = new Subject.Code("a");
  private static final Subject B = new Subject.Code("b");
  private static final Path FILE = Path.of("/a/app.py");
  private static final Path OTHER = Path.of("/a/other.py");

  private final GatheredChanges changes =
      new GatheredChanges(Duration.ofMillis(100), Duration.ofMillis(1000));

  @Test
  void a_change_is_complete_when_nothing_has_changed_for_a_while() {
    changes.add(A, FILE, 0);

    assertThat(changes.dueInNanos(60 * MS)).isEqualTo(40 * MS);
    assertThat(changes.dueInNanos(100 * MS)).isZero();
  }

  @Test
  void another_change_begins_the_wait_again() {
    changes.add(A, FILE, 0);
    changes.add(A, OTHER, 60 * MS);

    assertThat(changes.dueInNanos(100 * MS)).isEqualTo(60 * MS);
  }

  @Test
  void changes_that_do_not_end_are_complete_after_the_longest_wait() {
    for (int i = 0; i < 100; i++) {
      changes.add(A, FILE, i * 50L * MS);
    }

    assertThat(changes.dueInNanos(1000 * MS)).isZero();
  }

  @Test
  void changes_that_nobody_is_ready_for_wait_a_little_and_not_for_ever() {
    changes.add(A, FILE, 0);

    assertThat(changes.postpone(100 * MS)).isTrue();
    assertThat(changes.dueInNanos(100 * MS)).isEqualTo(50 * MS);
    assertThat(changes.postpone(1000 * MS)).isFalse();
  }

  @Test
  void each_subject_has_its_first_file() {
    assertThat(changes.add(A, FILE, 0)).isTrue();
    assertThat(changes.add(A, OTHER, 0)).isFalse();
    assertThat(changes.add(B, OTHER, 0)).isTrue();

    assertThat(changes.take()).isEqualTo(Map.of(A, FILE, B, OTHER));
    assertThat(changes.isEmpty()).isTrue();
  }
}
