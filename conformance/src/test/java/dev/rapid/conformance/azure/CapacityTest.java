package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.azure.protocol.InvocationCancel;
import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Messages;
import dev.rapid.conformance.azure.fake.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several invocations in one worker, and those that take too long (checks 14 to 16). */
@EnabledOnOs(OS.LINUX)
final class CapacityTest {

  /** Of functions whose worker is started again in the time of an invocation. */
  private static final String TIMEOUT = "timeout: 5";

  private static final String PATIENT = "azure.timers: {killWait: 20s}";

  private static FakeFunctions functions;

  @BeforeAll
  static void start(@TempDir Path shared) {
    functions =
        FakeFunctions.at(shared)
            .function("two", FakeWorker.class, "max-concurrency: 2")
            .function("slow", FakeWorker.class, TIMEOUT)
            .function("cancelled", EndsWhenCancelled.class, TIMEOUT, PATIENT)
            .function("late", AnswersLate.class, TIMEOUT)
            .function("shared", FakeWorker.class, TIMEOUT, "max-concurrency: 2")
            .function("polite", TakesCancels.class, TIMEOUT, "max-concurrency: 2")
            .function("unknown", FakeWorker.class, TIMEOUT)
            .function("killed", FakeWorker.class, "timeout: 30", "max-concurrency: 8")
            .serve("--lazy-init");
  }

  @AfterAll
  static void end() {
    functions.close();
  }

  @Test
  void check_14_two_invocations_run_at_once_and_end_in_the_order_of_their_answers() {
    Path first = functions.file("first");
    CompletableFuture<Answer> held = functions.begin("two", "\"hold " + first + "\"");
    long process = FakeFunctions.awaitHeld(first);

    assertThat(functions.result("two", "\"pid\"")).isEqualTo("\"" + process + "\"");
    assertThat(held).isNotDone();

    FakeFunctions.release(first);
    assertThat(held.join().text()).isEqualTo("\"hold " + first + "\"");
    assertThat(functions.traces("two")).hasSize(1);
  }

  @Test
  void check_14_a_worker_never_has_more_invocations_than_its_capacity() {
    Path first = functions.file("one");
    Path second = functions.file("two");
    CompletableFuture<Answer> one = functions.begin("two", "\"hold " + first + "\"");
    CompletableFuture<Answer> two = functions.begin("two", "\"hold " + second + "\"");
    FakeFunctions.awaitHeld(first);
    FakeFunctions.awaitHeld(second);
    int before = invocations(functions.latest("two"));
    CompletableFuture<Answer> third = functions.begin("two", "\"third\"");
    functions.rapid().state();

    assertThat(invocations(functions.latest("two"))).isEqualTo(before);

    FakeFunctions.release(first);
    assertThat(one.join().functionError()).isEmpty();
    assertThat(third.join().text()).isEqualTo("\"third\"");
    FakeFunctions.release(second);
    assertThat(two.join().functionError()).isEmpty();
  }

  private static int invocations(Trace trace) {
    return trace.messageCounts().getOrDefault("INVOCATION_REQUEST", 0);
  }

  /** Takes cancels, and answers them. */
  static class TakesCancels extends FakeWorker {
    @Override
    protected Map<String, String> capabilities() {
      return Map.of("HandlesInvocationCancelMessage", "true");
    }

    @Override
    protected void cancel(InvocationCancel request) {
      note("cancel of " + request.getInvocationId());
      super.cancel(request);
    }
  }

  /** Ends when it is cancelled, and not before. */
  static class EndsWhenCancelled extends TakesCancels {
    @Override
    protected void prepare() {
      ignoreSigterm();
    }

    @Override
    protected void cancel(InvocationCancel request) {
      super.cancel(request);
      exit(0);
    }
  }

  /** Answers when it is cancelled, with a result. */
  static class AnswersLate extends TakesCancels {
    @Override
    protected void cancel(InvocationCancel request) {
      send(Messages.response(request.getInvocationId(), Messages.string("late")));
    }
  }

  private static void assertTimedOut(Answer answer) {
    assertThat(answer.functionError()).as(answer.toString()).isEqualTo("Unhandled");
    assertThat(answer.text()).contains("\"Sandbox.Timedout\"").contains("5.00 seconds");
  }

  @Test
  void check_15_a_timeout_is_answered_in_time_and_the_process_is_replaced() {
    String before = functions.result("slow", "\"pid\"");

    Answer answer = functions.invoke("slow", "\"sleep 60000\"");

    assertTimedOut(answer);
    assertThat(answer.took()).isLessThan(Duration.ofSeconds(15));
    assertThat(functions.result("slow", "\"pid\"")).isNotEqualTo(before);
    assertThat(functions.traces("slow").getFirst().notes()).isEmpty();
    FakeFunctions.awaitEnd(functions.traces("slow").getFirst());
  }

  @Test
  void check_15_a_worker_that_takes_cancels_is_told_of_a_timeout() {
    functions.result("cancelled", "\"hello\"");

    assertTimedOut(functions.invoke("cancelled", "\"sleep 60000\""));

    Trace first = functions.traces("cancelled").getFirst();
    FakeFunctions.awaitEnd(first);
    assertThat(first.notes()).hasSize(1).first().asString().startsWith("cancel of ");
    assertThat(functions.result("cancelled", "\"hello\"")).isEqualTo("\"hello\"");
  }

  @Test
  void check_15_an_answer_after_the_timeout_is_dropped() {
    functions.result("late", "\"hello\"");

    assertTimedOut(functions.invoke("late", "\"sleep 60000\""));

    assertThat(functions.result("late", "\"next\"")).isEqualTo("\"next\"");
  }

  @Test
  void check_16_an_invocation_that_is_never_answered_ends_by_its_deadline_alone() {
    functions.result("unknown", "\"hello\"");

    assertTimedOut(functions.invoke("unknown", "\"never\""));

    assertThat(functions.result("unknown", "\"hello\"")).isEqualTo("\"hello\"");
  }

  @Test
  void a_timeout_in_a_shared_worker_is_of_its_invocation_alone() {
    functions.result("polite", "\"hello\"");
    CompletableFuture<Answer> other = functions.begin("polite", "\"sleep 1500\"");

    assertTimedOut(functions.invoke("polite", "\"sleep 60000\""));

    assertThat(other.join().text()).isEqualTo("\"sleep 1500\"");
    functions.awaitTrace("polite", trace -> trace.notes().size() == 1);
    assertThat(functions.result("polite", "\"hello\"")).isEqualTo("\"hello\"");
    assertThat(functions.traces("polite")).hasSize(1);
  }

  @Test
  void a_function_that_hangs_does_not_occupy_a_shared_worker_for_ever() {
    functions.result("shared", "\"hello\"");

    assertTimedOut(functions.invoke("shared", "\"never\""));

    FakeFunctions.awaitEnd(functions.traces("shared").getFirst());
    assertThat(functions.result("shared", "\"hello\"")).isEqualTo("\"hello\"");
    assertThat(functions.traces("shared")).hasSize(2);
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void a_thousand_invocations_have_one_outcome_each_while_their_workers_are_killed() {
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    Semaphore callers = new Semaphore(16);
    AtomicBoolean isOver = new AtomicBoolean();
    Thread killer = Thread.ofVirtual().start(() -> killAtRandom("killed", new Random(16), isOver));
    for (int i = 0; i < 1000; i++) {
      callers.acquireUninterruptibly();
      CompletableFuture<Answer> answer = functions.begin("killed", "\"payload " + i + "\"");
      answers.add(answer.whenComplete((result, failure) -> callers.release()));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    isOver.set(true);
    join(killer);

    int failed = 0;
    for (int i = 0; i < 1000; i++) {
      Answer answer = answers.get(i).join();
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      if (answer.functionError().isEmpty()) {
        assertThat(answer.text()).isEqualTo("\"payload " + i + "\"");
      } else {
        assertThat(answer.text()).contains("\"Runtime.ExitError\"");
        failed++;
      }
    }
    assertThat(failed).isLessThan(500);
    List<Trace> traces = functions.traces("killed");
    assertThat(traces).hasSizeGreaterThan(3);
    assertEachIsSentOnce(traces);
    // The last signal may not have had its effect yet.
    await()
        .atMost(Rapid.PATIENCE)
        .until(() -> functions.invoke("killed", "\"after\"").text().equals("\"after\""));
    assertThat(functions.traces("killed").stream().filter(Trace::isAlive)).hasSize(1);
  }

  private static void assertEachIsSentOnce(List<Trace> traces) {
    List<String> sent = new ArrayList<>();
    for (Trace trace : traces) {
      trace.messages().stream()
          .filter(message -> message.hasInvocationRequest())
          .map(message -> message.getInvocationRequest())
          .map(InvocationRequest::getInvocationId)
          .forEach(sent::add);
    }
    Set<String> different = new HashSet<>(sent);
    assertThat(sent).hasSameSizeAs(different);
  }

  private static void killAtRandom(String function, Random random, AtomicBoolean isOver) {
    String[] signals = {"KILL", "TERM"};
    while (!isOver.get()) {
      int served = random.nextInt(60, 160);
      awaitServed(function, served, isOver);
      functions.traces(function).stream()
          .filter(Trace::isAlive)
          .forEach(trace -> kill(signals[random.nextInt(2)], trace.pid()));
    }
  }

  /** Waits until the youngest worker got so many invocations. */
  private static void awaitServed(String function, int served, AtomicBoolean isOver) {
    while (!isOver.get()) {
      List<Trace> traces = functions.traces(function);
      if (!traces.isEmpty()
          && traces.getLast().isAlive()
          && invocations(traces.getLast()) >= served) {
        return;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void kill(String signal, long pid) {
    dev.rapid.conformance.Command.of("kill", "-" + signal, "" + pid).run();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
