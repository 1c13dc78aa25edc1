package dev.rapid.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import dev.rapid.core.worker.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
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
  void virtual_time_moves_when_the_events_in_work_are_done() {
    VirtualTime time = new VirtualTime();
    List<String> order = new ArrayList<>();
    Queue<Runnable> otherThread = new ArrayDeque<>();
    otherThread.add(() -> {});
    otherThread.add(() -> time.after(Duration.ofMillis(1), () -> order.add("settled")));
    time.waitsWhile(() -> {
      Runnable work = otherThread.poll();
      if (work == null) {
        return false;
      }
      work.run();
      return true;
    });

    time.advanceBy(Duration.ofMillis(1));

    assertThat(order).containsExactly("settled");
  }

  @Test
  void a_second_outcome_fails() {
    Invocation invocation = Invocations.anInvocation();
    Outcome outcome = new Outcome.Rejected(Outcome.Rejection.FUNCTION_BUSY);
    invocation.sink().complete(outcome);

    assertThatThrownBy(() -> invocation.sink().complete(outcome))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a second outcome");
  }

  @Test
  void a_second_answer_fails() {
    FakeReply reply = new FakeReply();
    reply.accept();

    assertThatThrownBy(() -> reply.refuse(new Refusal.UnknownInvocation()))
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

  @Test
  void a_process_that_exits_twice_fails() {
    FakeProcesses processes = FakeProcesses.stoppedByTheTest();
    processes.start(ProcessName.runtime(1), new Heard());
    processes.exit(new ProcessExit.Exited(0));

    assertThatThrownBy(() -> processes.exit(new ProcessExit.Exited(0)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected one runtime");
  }

  @Test
  void a_stop_is_over_when_the_last_process_that_was_killed_has_exited() {
    List<Consumer<ProcessExit>> exits = new ArrayList<>();
    List<ProcessName> killed = new ArrayList<>();
    FakeProcesses processes =
        FakeProcesses.running((process, exit) -> {
          exits.add(exit);
          return () -> killed.add(process);
        });
    Heard heard = new Heard();
    processes.start(ProcessName.runtime(1), heard);
    processes.start(ProcessName.extension(1, "a"), heard);
    processes.start(ProcessName.runtime(2), heard);

    processes.stop(1, heard);

    assertThat(killed).containsExactly(ProcessName.runtime(1), ProcessName.extension(1, "a"));
    exits.get(1).accept(new ProcessExit.Signaled("killed"));
    assertThat(heard.gone).isEmpty();
    exits.get(0).accept(new ProcessExit.Signaled("killed"));
    assertThat(heard.gone).containsExactly(1);
    assertThat(processes.alive()).containsExactly(2);
  }

  private static final class Heard implements Processes.Listener {

    private final List<Integer> gone = new ArrayList<>();

    @Override
    public void started(ProcessName process) {}

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {}

    @Override
    public void gone(int generation) {
      gone.add(generation);
    }
  }
}
