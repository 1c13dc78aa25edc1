package dev.rapid.http.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class IoTasksTest {

  private final Queue<Runnable> handedOver = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private boolean onIoThread;
  private final IoTasks tasks = new IoTasks(() -> onIoThread, handedOver::add);

  private void runHandedOver() {
    onIoThread = true;
    while (!handedOver.isEmpty()) {
      handedOver.remove().run();
    }
  }

  @Test
  void a_task_of_the_io_thread_runs_at_once() {
    onIoThread = true;

    tasks.run(() -> done.add("a"));

    assertThat(done).containsExactly("a");
  }

  @Test
  void a_task_of_another_thread_waits_for_the_io_thread() {
    tasks.run(() -> done.add("a"));

    assertThat(done).isEmpty();
    runHandedOver();
    assertThat(done).containsExactly("a");
  }

  @Test
  void a_task_of_the_io_thread_does_not_overtake_one_that_waits() {
    tasks.run(() -> done.add("begin"));
    onIoThread = true;

    tasks.run(() -> done.add("end"));

    runHandedOver();
    assertThat(done).containsExactly("begin", "end");
  }

  @Test
  void a_task_that_comes_from_a_task_runs_after_it() {
    onIoThread = true;

    tasks.run(() -> {
      tasks.run(() -> done.add("inner"));
      done.add("outer");
    });

    assertThat(done).containsExactly("outer", "inner");
  }

  @Test
  void a_task_that_fails_does_not_stop_the_next_one() {
    tasks.run(() -> {
      throw new IllegalStateException("first");
    });
    tasks.run(() -> done.add("second"));

    assertThatThrownBy(this::runHandedOver).hasMessage("first");
    assertThat(done).containsExactly("second");
    tasks.run(() -> done.add("third"));
    assertThat(done).containsExactly("second", "third");
  }
}
