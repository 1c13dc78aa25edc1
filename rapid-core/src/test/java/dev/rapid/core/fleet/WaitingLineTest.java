package dev.rapid.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.testing.Invocations;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WaitingLineTest {

  /** A list is the model; the line must do the same. */
  @Test
  void a_line_is_a_list_in_order_of_arrival() {
    SplittableRandom random = new SplittableRandom(1);
    List<Invocation> model = new ArrayList<>();
    WaitingLine line = WaitingLine.EMPTY;
    for (int i = 0; i < 5_000; i++) {
      int what = random.nextInt(10);
      if (what < 5 || model.isEmpty()) {
        Invocation next = Invocations.anInvocation("i" + i);
        model.add(next);
        line = line.with(next, i);
      } else if (what < 7) {
        line = line.without(model.removeFirst());
      } else if (what < 8) {
        int from = random.nextInt(model.size());
        int to = from + random.nextInt(Math.min(3, model.size() - from + 1));
        line = line.without(from, to);
        model.subList(from, to).clear();
      } else {
        line = line.without(model.remove(random.nextInt(model.size())));
      }

      assertThat(line.size()).isEqualTo(model.size());
      assertThat(line).containsExactlyElementsOf(model);
      if (!model.isEmpty()) {
        assertThat(line.first()).isSameAs(model.getFirst());
        assertThat(line.last()).isSameAs(model.getLast());
        int place = random.nextInt(model.size());
        assertThat("i" + line.sinceNanos(place)).isEqualTo(model.get(place).requestId());
      }
    }
  }

  @Test
  void an_older_line_does_not_change() {
    Invocation a = Invocations.anInvocation("a");
    WaitingLine before = WaitingLine.EMPTY.with(a, 0);

    WaitingLine after = before.with(Invocations.anInvocation("b"), 0).without(a);

    assertThat(before).containsExactly(a);
    assertThat(after).hasSize(1);
  }

  @Test
  void two_invocations_with_one_id_are_two() {
    Invocation a = Invocations.anInvocation("a");
    Invocation twin = Invocations.anInvocation("a");

    assertThat(WaitingLine.EMPTY.with(a, 0).with(twin, 0).without(twin)).containsExactly(a);
  }
}
