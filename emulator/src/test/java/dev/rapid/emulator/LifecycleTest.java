package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  private final List<String> closed = new ArrayList<>();
  private final Lifecycle lifecycle = new Lifecycle();

  @Test
  void the_last_part_is_closed_first_and_each_once() {
    part("a");
    part("b");

    lifecycle.close();
    lifecycle.close();

    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void a_part_that_fails_does_not_spare_the_others() {
    part("a");
    lifecycle.add(failing("first"));
    part("b");
    lifecycle.add(failing("second"));

    assertThatThrownBy(lifecycle::close)
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("second")
        .satisfies(e ->
            assertThat(e.getSuppressed())
                .singleElement()
                .isInstanceOf(IOException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("first"));
    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void a_part_that_comes_too_late_is_closed_at_once() {
    lifecycle.close();

    assertThatThrownBy(() -> part("late")).isInstanceOf(IllegalStateException.class);

    assertThat(closed).containsExactly("late");
  }

  @Test
  void a_child_is_closed_with_the_rest_in_its_place() {
    part("a");
    Lifecycle child = lifecycle.child();
    part("c");
    child.add(() -> closed.add("b1"));
    child.add(() -> closed.add("b2"));

    lifecycle.close();

    assertThat(closed).containsExactly("c", "b2", "b1", "a");
  }

  @Test
  void ten_thousand_children_that_come_and_go_leave_nothing() {
    part("a");
    for (int i = 0; i < 10_000; i++) {
      Lifecycle child = lifecycle.child();
      child.add(() -> closed.add("child"));
      child.close();
    }

    assertThat(lifecycle.size()).isEqualTo(1);
    assertThat(closed).hasSize(10_000);
  }

  @Test
  void a_child_that_closes_by_itself_does_not_wait_for_a_parent_that_waits_for_it()
      throws Exception {
    Lifecycle child = lifecycle.child();
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch parentCloses = new CountDownLatch(1);
    child.add(() -> {
      closing.countDown();
      parentCloses.await();
    });
    lifecycle.add(parentCloses::countDown);

    Thread closesChild = Thread.ofPlatform().daemon().start(child::close);
    closing.await();
    lifecycle.close();

    assertThat(closesChild.join(Duration.ofSeconds(20))).isTrue();
    assertThat(lifecycle.size()).isZero();
  }

  private void part(String name) {
    lifecycle.add(() -> closed.add(name));
  }

  private static AutoCloseable failing(String message) {
    return () -> {
      throw new IOException(message);
    };
  }
}
