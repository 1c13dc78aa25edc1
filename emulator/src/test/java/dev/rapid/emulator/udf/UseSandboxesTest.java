package dev.rapid.emulator.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.InitPhase;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.events.Status;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.sandbox.RestoreCall;
import dev.rapid.core.sandbox.RestoreResult;
import dev.rapid.core.testing.Functions;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.VirtualTime;
import dev.rapid.kapacitor.UdfSandbox;
import dev.rapid.kapacitor.UdfSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the sandbox of a use, without processes. */
final class UseSandboxesTest {

  private static final Duration MEMORY_WAIT = Duration.ofSeconds(10);

  private final VirtualTime time = new VirtualTime();
  private final FakeFunction function = new FakeFunction();
  private final UseSandboxes sandboxes = new UseSandboxes(function, time, time);
  private final String name = function.description().identity().name();

  private static void begin(UdfSandbox use) {
    CompletableFuture<@Nullable String> unused = use.initialise();
  }

  // ------------------------------------------------------------------ the init

  @Test
  void a_use_has_no_pool_before_its_init() {
    UdfSandbox use = sandboxes.open();

    assertThat(function.pools).isEmpty();
    assertThat(use.description()).isEqualTo(function.description());
    assertThat(use.arn()).isEqualTo(function.description().identity().arn());
  }

  @Test
  void an_init_that_succeeds_has_no_reason() {
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();
    assertThat(done).isNotDone();

    function.pool(0).report(Status.SUCCESS, null, null);

    assertThat(done).isCompletedWithValue(null);
    assertThat(function.pool(0).retired).isZero();
  }

  @Test
  void the_init_runs_once() {
    UdfSandbox use = sandboxes.open();

    begin(use);
    CompletableFuture<@Nullable String> again = use.initialise();
    function.pool(0).report(Status.SUCCESS, null, null);

    assertThat(again).isCompletedWithValue(null);
    assertThat(function.pools).hasSize(1);
    assertThat(function.pool(0).inits).isEqualTo(1);
  }

  @Test
  void an_init_that_fails_says_why_and_starts_no_process_again() {
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();

    function.pool(0).report(Status.ERROR, "Runtime.ExitError", "exit status 3");

    assertThat(done).isCompletedWithValue("Runtime.ExitError: exit status 3");
    assertThat(function.pool(0).retired).isEqualTo(1);
  }

  @Test
  void the_type_of_an_init_error_is_the_one_that_the_runtime_reported() {
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();
    function.pool(0).reportedError = "ImportError";

    function.pool(0).report(Status.ERROR, "Runtime.Unknown", "The runtime reported an init error");

    assertThat(done).isCompletedWithValue("ImportError: The runtime reported an init error");
  }

  @Test
  void an_init_that_takes_too_long_is_called_so() {
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();

    function.pool(0).report(Status.TIMEOUT, null, null);

    assertThat(done).isCompletedWithValue("The init of the function took too long");
  }

  @Test
  void a_renewal_during_the_init_does_not_end_it() {
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();

    function.pool(0).report(Status.ERROR, "Runtime.Unknown", LifecycleEvent.InitReport.INTERRUPTED);
    assertThat(done).isNotDone();
    function.pool(0).report(Status.SUCCESS, null, null);

    assertThat(done).isCompletedWithValue(null);
  }

  @Test
  void a_later_init_that_fails_does_not_end_the_use() {
    begin(sandboxes.open());
    function.pool(0).report(Status.SUCCESS, null, null);

    function.pool(0).report(Status.ERROR, "Runtime.ExitError", "exit status 3");

    assertThat(function.pool(0).retired).isZero();
  }

  @Test
  void a_sandbox_that_cannot_be_made_is_a_failed_init() {
    function.makes = false;

    assertThat(sandboxes.open().initialise())
        .isCompletedWithValue("Could not make a sandbox: no address");
  }

  @Test
  void an_init_for_which_there_is_no_memory_fails_after_a_while() {
    function.memoryWait = MEMORY_WAIT;
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();

    time.advanceBy(MEMORY_WAIT);

    assertThat(done)
        .isCompletedWithValue(
            "There is no memory for another sandbox of the function (total-memory)");
    assertThat(function.pool(0).retired).isEqualTo(1);
  }

  @Test
  void an_init_that_has_begun_is_not_one_without_memory() {
    function.memoryWait = MEMORY_WAIT;
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();
    function.pool(0).events.emit(new LifecycleEvent.InitStart(InitPhase.INIT));

    time.advanceBy(MEMORY_WAIT);

    assertThat(done).isNotDone();
  }

  // ------------------------------------------------------------------ limits

  @Test
  void a_use_beyond_the_limit_has_a_reason_and_no_pool() {
    function.maxUses = 1;
    begin(sandboxes.open());

    assertThat(sandboxes.open().initialise())
        .isCompletedWithValue(
            "The function '" + name + "' has 1 sandboxes, and may not have more (concurrency: 1)");
    assertThat(function.pools).hasSize(1);
  }

  @Test
  void a_use_that_ends_makes_room_for_another() {
    function.maxUses = 1;
    UdfSandbox first = sandboxes.open();
    begin(first);

    first.close();

    assertThat(sandboxes.open().initialise()).isNotDone();
    assertThat(function.pools).hasSize(2);
  }

  @Test
  void a_use_whose_init_failed_makes_room_for_another() {
    function.maxUses = 1;
    begin(sandboxes.open());

    function.pool(0).report(Status.ERROR, "Runtime.ExitError", "exit status 3");

    assertThat(sandboxes.open().initialise()).isNotDone();
  }

  @Test
  void a_function_that_cannot_run_says_why() {
    function.notRunnable = "It has no code";

    assertThat(sandboxes.open().initialise()).isCompletedWithValue("It has no code");
  }

  @Test
  void a_function_that_ends_has_no_further_uses() {
    sandboxes.retire();

    assertThat(sandboxes.open().initialise())
        .isCompletedWithValue("The function '" + name + "' ends");
  }

  @Test
  void the_end_of_a_function_ends_the_inits_that_run() {
    CompletableFuture<@Nullable String> done = sandboxes.open().initialise();

    sandboxes.retire();

    assertThat(done).isCompletedWithValue("The function ends");
  }

  // ------------------------------------------------------------------ invocations

  @Test
  void an_invocation_goes_to_the_pool_of_its_use() {
    UdfSandbox first = sandboxes.open();
    UdfSandbox second = sandboxes.open();
    begin(first);
    begin(second);
    Invocation invocation = Invocations.anInvocation();

    second.invoke(invocation);
    second.cancel(invocation);

    assertThat(function.pool(0).invocations).isEmpty();
    assertThat(function.pool(1).invocations).containsExactly(invocation);
    assertThat(function.pool(1).cancelled).containsExactly(invocation);
  }

  @Test
  void an_invocation_without_a_sandbox_is_rejected() {
    Invocation invocation = Invocations.anInvocation();

    sandboxes.open().invoke(invocation);

    assertThat(Invocations.outcomeOf(invocation))
        .isEqualTo(new Outcome.Rejected(Outcome.Rejection.SHUTTING_DOWN));
  }

  @Test
  void the_end_of_a_use_ends_its_sandbox_and_its_init() {
    UdfSandbox use = sandboxes.open();
    CompletableFuture<@Nullable String> done = use.initialise();

    use.close();

    assertThat(done).isCompletedWithValue("The use has ended");
    assertThat(function.pool(0).retired).isEqualTo(1);
  }

  @Test
  void a_use_that_has_ended_gets_no_sandbox() {
    UdfSandbox use = sandboxes.open();
    use.close();

    assertThat(use.initialise()).isCompletedWithValue("The use has ended");
    assertThat(function.pools).isEmpty();
  }

  // ------------------------------------------------------------------ snapshots

  @Test
  void a_function_without_snapstart_has_no_snapshot() {
    CompletableFuture<UdfSnapshot> snapshot = sandboxes.open().snapshot();

    assertThatThrownBy(snapshot::join)
        .hasMessageContaining("The function '" + name + "' has no SnapStart");
  }

  @Test
  void a_snapshot_is_restored_by_the_hook_of_the_runtime() {
    function.snapshot = new UdfSnapshot(name, "1", "d");
    UdfSandbox use = sandboxes.open();
    begin(use);
    UdfSnapshot snapshot = use.snapshot().join();

    CompletableFuture<@Nullable String> restored = use.restore(snapshot);
    assertThat(restored).isNotDone();
    function.pool(0).restores.getFirst().done(new RestoreResult(null, 3));

    assertThat(restored).isCompletedWithValue(null);
  }

  @Test
  void a_restore_that_fails_says_why() {
    function.snapshot = new UdfSnapshot(name, "1", "d");
    UdfSandbox use = sandboxes.open();
    begin(use);

    CompletableFuture<@Nullable String> restored = use.restore(function.snapshot);
    function.pool(0).restores.getFirst().done(new RestoreResult(RestoreResult.HOOK_ERROR, 3));

    assertThat(restored).isCompletedWithValue("The restore failed: errRestoreHookUserError");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "other, 1, d, The snapshot is of the function 'other'",
        "NAME, 2, d, has no snapshot '2'",
        "NAME, 1, e, has changed since the snapshot"
      })
  void a_snapshot_of_something_else_is_refused(String of, String id, String digest, String reason) {
    function.snapshot = new UdfSnapshot(name, "1", "d");
    UdfSandbox use = sandboxes.open();
    begin(use);

    String refusal = use.restore(new UdfSnapshot(of.replace("NAME", name), id, digest)).join();

    assertThat(refusal).contains(reason);
    assertThat(function.pool(0).restores).isEmpty();
  }

  // ------------------------------------------------------------------ fakes

  /** A function whose pools only keep what is asked of them. */
  private static final class FakeFunction implements ExposedFunction {

    private final List<FakePool> pools = new ArrayList<>();
    private int maxUses = 10;
    private boolean makes = true;
    private @Nullable Duration memoryWait;
    private @Nullable String notRunnable;
    private @Nullable UdfSnapshot snapshot;

    FakePool pool(int number) {
      return pools.get(number);
    }

    @Override
    public FunctionDescription description() {
      return Functions.aFunction();
    }

    @Override
    public int maxUses() {
      return maxUses;
    }

    @Override
    public @Nullable Duration memoryWait() {
      return memoryWait;
    }

    @Override
    public @Nullable String notRunnable() {
      return notRunnable;
    }

    @Override
    public @Nullable UdfSnapshot snapshot() {
      return snapshot;
    }

    @Override
    public UsePool newPool(EventsApi events) {
      if (!makes) {
        throw new IllegalStateException("no address");
      }
      FakePool made = new FakePool(events);
      pools.add(made);
      return made;
    }
  }

  private static final class FakePool implements UsePool {

    private final EventsApi events;
    private final List<Invocation> invocations = new ArrayList<>();
    private final List<Invocation> cancelled = new ArrayList<>();
    private final List<RestoreCall> restores = new ArrayList<>();
    private @Nullable String reportedError;
    private int inits;
    private int retired;

    FakePool(EventsApi events) {
      this.events = events;
    }

    void report(Status status, @Nullable String errorType, @Nullable String message) {
      events.emit(new LifecycleEvent.InitReport(InitPhase.INIT, status, errorType, message, 1_000));
    }

    @Override
    public void initialise() {
      inits++;
    }

    @Override
    public @Nullable String reportedInitError() {
      return reportedError;
    }

    @Override
    public void invoke(Invocation invocation) {
      invocations.add(invocation);
    }

    @Override
    public void cancel(Invocation invocation) {
      cancelled.add(invocation);
    }

    @Override
    public void restore(RestoreCall call) {
      restores.add(call);
    }

    @Override
    public void retire() {
      retired++;
    }
  }
}
