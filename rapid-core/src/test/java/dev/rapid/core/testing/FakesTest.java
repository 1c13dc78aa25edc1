package dev.rapid.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.sandbox.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fakes are strict: what they forgive, no test finds. */
final class FakesTest {

  @Test
  void items_of_virtual_time_run_by_moment_and_then_by_arrival() {
    VirtualTime time = new VirtualTime();
    List<String> order = new ArrayList<>();
    time.after(Duration.ofMillis(2), () -> order.add("late"));
    time.after(Duration.ofMillis(1), () -> order.add("first"));
    time.after(Duration.ofMillis(1), () -> order.add("second"));

    time.advanceBy(Duration.ofMillis(1));

    assertThat(order).containsExactly("first", "second");
    assertThat(time.advance()).isTrue();
    assertThat(order).endsWith("late");
    assertThat(time.advance()).isFalse();
    assertThat(time.elapsed()).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void a_second_outcome_fails() {
    Invocation invocation = Invocations.anInvocation();
    Outcome outcome = new Outcome.Rejected(Outcome.Rejection.THROTTLED);
    invocation.sink().complete(outcome);

    assertThatThrownBy(() -> invocation.sink().complete(outcome))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a second outcome");
  }

  @Test
  void a_second_answer_fails() {
    FakeReplyCall reply = new FakeReplyCall();
    reply.accept();

    assertThatThrownBy(() -> reply.refuse(new Refusal.InvalidRequestId()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("answered twice");
  }

  @Test
  void one_release_too_many_fails() {
    CountedPayload payload = new CountedPayload("x");
    payload.acquire();
    payload.release();
    payload.release();

    assertThatThrownBy(payload::release)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("released too often");
  }
}
