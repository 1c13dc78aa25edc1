package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

  private void part(String name) {
    lifecycle.add(() -> closed.add(name));
  }

  private static AutoCloseable failing(String message) {
    return () -> {
      throw new IOException(message);
    };
  }
}
