package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.PayloadHeaders;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.testing.RecordingSink;
import dev.rapid.emulator.settings.FnBinding;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.fnrunner.CallModel;
import dev.rapid.fnrunner.FnRunner;
import dev.rapid.fnrunner.FnRunnerSettings;
import dev.rapid.fnrunner.RunnerFunction;
import dev.rapid.fnrunner.RunnerFunctions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a runner of Fn finds in a Rapid; the runner itself is a double. */
@Timeout(120)
final class FnFrontEndTest {

  private static final HostPort ANY = new HostPort("127.0.0.1", 0);
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 9190);
  private static final FnBinding ID = new FnBinding(List.of("id"), List.of(), null, false);

  @TempDir private Path directory;

  private final List<String> steps = new CopyOnWriteArrayList<>();
  private @Nullable RunnerFunctions runnersView;

  // ------------------------------------------------------------------ which workers a call gets

  @Test
  void a_call_runs_with_its_own_environment() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      CallModel call = new Call().config("OWN", "of the call").model();

      assertThat(answer(call, "variable:OWN")).isEqualTo("of the call");
      assertThat(answer(call, "variable:GREETING")).isEqualTo("hello");
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void calls_with_one_key_share_a_worker() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      String unused = answer(new Call().key("k").model(), "x");
      unused = answer(new Call().key("k").model(), "x");

      assertThat(
              rapid.function("a").called().fleets().get().stream()
                  .mapToInt(fleet -> fleet.members().size())
                  .sum())
          .as("the cold one without calls, and one worker")
          .isEqualTo(2);
    }
  }

  @Test
  void calls_with_different_keys_have_different_workers() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      String one = answer(new Call().key("1").config("OWN", "1").model(), "variable:OWN");
      String two = answer(new Call().key("2").config("OWN", "2").model(), "variable:OWN");

      assertThat(List.of(one, two)).containsExactly("1", "2");
      assertThat(rapid.function("a").called().fleets().get()).hasSize(3);
    }
  }

  @Test
  void the_workers_of_all_calls_have_names_of_their_own() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      String unused = answer(new Call().key("1").model(), "x");
      unused = answer(new Call().key("2").model(), "x");

      List<String> names = new ArrayList<>();
      for (var fleet : rapid.function("a").watched().fleets().get()) {
        for (var member : fleet.fleet().members()) {
          names.add(Objects.requireNonNull(fleet.sandboxes().apply(member.number())).name());
        }
      }
      assertThat(names).containsExactly("a/1", "a/2", "a/3");
    }
  }

  @Test
  void a_call_has_its_own_timeout_and_memory() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      RunnerFunction found = found(new Call().timeout(Duration.ofSeconds(7)).memory(99).model());

      assertThat(found.description().timeout()).isEqualTo(Duration.ofSeconds(7));
      assertThat(found.description().memoryMegabytes()).isEqualTo(99);
      assertThat(rapid.function("a").description().timeout()).isEqualTo(Duration.ofSeconds(30));
    }
  }

  @Test
  void an_idle_worker_ends_after_the_idle_timeout_of_its_call() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      Call call = new Call().idleTimeout(Duration.ofMillis(10));

      String unused = answer(call.model(), "x");

      await()
          .until(() -> rapid.function("a").called().fleets().get().getLast().members().isEmpty());
      assertThat(answer(call.model(), "variable:GREETING")).isEqualTo("hello");
    }
  }

  @Test
  void a_cancelled_call_ends() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      RunnerFunction function = found(new Call().model());
      RecordingSink sink = new RecordingSink();
      Path began = directory.resolve("began");
      Invocation hangs = invocation(function, "await:" + directory.resolve("never"), sink);
      assertThat(answer(new Call().model(), "create:" + began)).isEqualTo("hello");
      function.invoke(hangs);

      function.cancel(hangs);

      await()
          .untilAsserted(() ->
              assertThat(sink.outcome())
                  .isEqualTo(new Outcome.Rejected(Outcome.Rejection.CALLER_GONE)));
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void an_environment_that_no_process_can_have_is_refused() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      CallModel call = new Call().config("A=B", "x").model();

      assertThatThrownBy(() -> functions().find(call))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'A=B'");
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void only_a_function_that_calls_may_be_for_is_found() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      assertThat(functions().find(new Call().fnId("other").model())).isNull();
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void a_function_for_calls_waits_for_the_first_one() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      assertThat(rapid.function("a").isReady()).isTrue();
      assertThat(rapid.function("a").isInitialising()).isFalse();
    }
  }

  @Test
  void the_status_counts_the_workers_of_each_function() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      String unused = answer(new Call().model(), "x");

      await()
          .untilAsserted(() ->
              assertThat(functions().status())
                  .isEqualTo(
                      Map.of(
                          "idle", "1",
                          "busy", "0",
                          "starting", "0",
                          "a.idle", "1",
                          "a.busy", "0",
                          "a.starting", "0")));
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void an_init_that_fails_is_not_repeated_for_its_call() throws Exception {
    Path inits = directory.resolve("inits");
    FunctionSettings.Builder broken =
        FunctionSettings.builder(List.of("sh", "-c", "echo >> " + inits + "; exit 3"), directory)
            .name("a")
            .fn(ID);
    try (Rapid rapid = start(broken)) {
      RunnerFunction function = found(new Call().model());
      RecordingSink sink = new RecordingSink();

      function.invoke(invocation(function, "x", sink));

      await().untilAsserted(() -> assertThat(sink.outcome()).isInstanceOf(Outcome.Failed.class));
      assertThat(Files.readAllLines(inits)).hasSize(1);
      assertThat(rapid.functions()).hasSize(1);
    }
  }

  @Test
  void of_many_pools_those_end_that_had_no_call_for_the_longest_time() throws IOException {
    try (Rapid rapid = start(function("a"))) {
      RunnerFunction first = found(new Call().key("first").model());
      RunnerFunction second = found(new Call().key("second").model());
      assertThat(found(new Call().key("first").model())).isSameAs(first);

      for (int i = 0; i < CallPools.MOST_POOLS - 1; i++) {
        assertThat(functions().find(new Call().key("other " + i).model())).isNotNull();
      }

      assertThat(rapid.function("a").called().fleets().get())
          .as("with the one without calls")
          .hasSize(CallPools.MOST_POOLS + 1);
      assertThat(found(new Call().key("first").model())).isSameAs(first);
      assertThat(found(new Call().key("second").model())).isNotSameAs(second);
    }
  }

  // ------------------------------------------------------------------ changes

  @Test
  void after_a_change_of_the_function_calls_get_workers_with_it() throws Exception {
    try (Rapid rapid = start(function("a"))) {
      CallModel call = new Call().config("OWN", "of the call").model();
      String before = answer(call, "variable:GREETING");

      Changes changes =
          rapid.apply(program(function("a").variables(Map.of("GREETING", "changed"))));

      assertThat(changes.renewed()).containsExactly("a");
      assertThat(List.of(before, answer(call, "variable:GREETING"), answer(call, "variable:OWN")))
          .containsExactly("hello", "changed", "of the call");
    }
  }

  @Test
  void after_a_change_of_the_binding_other_calls_are_for_the_function() throws Exception {
    try (Rapid rapid = start(function("a"))) {
      FnBinding other = new FnBinding(List.of("other"), List.of(), null, false);

      Changes changes = rapid.apply(program(function("a").fn(other)));

      assertThat(changes.renewed()).containsExactly("a");
      assertThat(functions().find(new Call().model())).isNull();
      assertThat(functions().find(new Call().fnId("other").model())).isNotNull();
    }
  }

  @Test
  void calls_that_wait_are_not_for_workers_of_another_contract() throws Exception {
    try (Rapid rapid = start(function("a"))) {
      RunnerFunction before = found(new Call().model());

      Changes changes = rapid.apply(program(function("a").contract(WorkerContract.FN_HTTP_STREAM)));

      assertThat(changes.added()).containsExactly("a");
      assertThat(before.streamsPayloads()).isFalse();
      assertThat(found(new Call().model()).streamsPayloads()).isTrue();
    }
  }

  @Test
  void a_function_that_is_removed_gets_no_calls_any_more() throws Exception {
    try (Rapid rapid = start(function("a"))) {
      String unused = answer(new Call().model(), "x");

      Changes changes = rapid.apply(program(function("b").fn(FnBinding.NONE)));

      assertThat(changes.removed()).containsExactly("a");
      assertThat(functions().find(new Call().model())).isNull();
    }
  }

  @Test
  void another_address_takes_effect_with_a_new_start() throws Exception {
    try (Rapid rapid = start(function("a"))) {
      ProgramSettings next = program(function("a"));

      Changes changes =
          rapid.apply(
              new ProgramSettings(
                  next.functions(),
                  next.apis(),
                  next.listeners(),
                  next.frontEnd(),
                  next.allowedHosts(),
                  next.strict(),
                  next.maxRunning(),
                  next.totalMemory(),
                  next.queue(),
                  FnSettings.at(new HostPort("127.0.0.1", 1))));

      assertThat(changes.unapplied()).containsExactly("how calls of Fn are taken");
    }
  }

  // ------------------------------------------------------------------ start and end

  @Test
  void the_runner_begins_with_the_front_end() throws IOException {
    try (Rapid bound = builder(function("a")).bind()) {
      assertThat(steps).isEmpty();
      assertThat(bound.fnRunnerAddress()).isNull();

      bound.begin();

      assertThat(steps).containsExactly("start");
      assertThat(bound.fnRunnerAddress()).isEqualTo(ADDRESS);
    }
  }

  @Test
  void an_address_in_use_is_noticed_before_anything_runs() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HostPort taken = new HostPort("127.0.0.1", other.getLocalPort());

      assertThatThrownBy(() -> builder(function("a")).fnRunner(FnSettings.at(taken)).bind())
          .isInstanceOfSatisfying(
              ListenException.class,
              e -> {
                assertThat(e.use()).isEqualTo(ListenException.Use.FN_RUNNER);
                assertThat(e.problem()).isEqualTo(ListenException.Problem.PORT_IN_USE);
              });
      assertThat(steps).isEmpty();
    }
  }

  @Test
  void a_runner_that_cannot_start_ends_the_start() {
    assertThatThrownBy(() ->
            builder(function("a"))
                .fnFactory((settings, found) -> {
                  throw new IOException("no key in key.pem");
                })
                .start())
        .isInstanceOf(ListenException.class)
        .hasMessage("Cannot listen on 127.0.0.1:0: no key in key.pem");
  }

  @Test
  void an_end_refuses_calls_and_waits_for_those_that_run() throws IOException {
    Rapid rapid = start(function("a"));

    rapid.close();

    assertThat(steps).containsExactly("start", "drain", "await idle", "close");
  }

  @Test
  void an_announced_end_refuses_calls_when_it_is_announced() throws IOException {
    Rapid rapid = builder(function("a")).frontEnd(withDrainDelay()).start();

    rapid.close();

    assertThat(steps).containsExactly("start", "drain", "await idle", "close");
  }

  private static FrontEnd withDrainDelay() {
    FrontEnd usual = FrontEnd.DEFAULT;
    return new FrontEnd(
        usual.shaping(),
        usual.streamErrors(),
        usual.asyncDrain(),
        Duration.ZERO,
        usual.pages(),
        usual.lambdaEndpoint());
  }

  // ------------------------------------------------------------------ helpers

  private FunctionSettings.Builder function(String name) {
    return FunctionSettings.builder(EchoRuntime.command(), directory)
        .name(name)
        .timeout(Duration.ofSeconds(30))
        .initTimeout(Duration.ofSeconds(30))
        .variables(Map.of("GREETING", "hello"))
        .fn(ID);
  }

  private Rapid start(FunctionSettings.Builder function) throws IOException {
    return builder(function).start();
  }

  private Rapid.Builder builder(FunctionSettings.Builder function) {
    return Rapid.builder()
        .function(function.build())
        .fnRunner(FnSettings.at(ANY))
        .fnFactory(this::runner);
  }

  private static ProgramSettings program(FunctionSettings.Builder function) {
    return new ProgramSettings(
        List.of(function.build()),
        List.of(),
        Listeners.NONE,
        FrontEnd.DEFAULT,
        List.of(),
        Set.of(),
        null,
        null,
        QueueSettings.DEFAULT,
        FnSettings.at(ANY));
  }

  private FnRunner runner(FnRunnerSettings settings, RunnerFunctions found) {
    runnersView = found;
    steps.add("start");
    return new NotingRunner();
  }

  private RunnerFunctions functions() {
    return Objects.requireNonNull(runnersView);
  }

  private RunnerFunction found(CallModel call) {
    return Objects.requireNonNull(functions().find(call));
  }

  /** Returns what the runtime greets with. */
  private String answer(CallModel call, String wish) {
    RunnerFunction function = found(call);
    FutureSink sink = new FutureSink("id", false, Runnable::run);
    function.invoke(invocation(function, wish, sink));
    return sink.result()
        .join()
        .payloadAsString()
        .replaceFirst("\\{\"greeting\":\"([^\"]*)\".*", "$1");
  }

  private static Invocation invocation(RunnerFunction function, String wish, ResponseSink sink) {
    return Invocations.invocation()
        .function(function.description())
        .invokedFunctionArn(function.arn())
        .payload(Payload.of("\"" + wish + "\""))
        .sink(sink)
        .build();
  }

  /** Notes what it has to do, and takes no calls. */
  private final class NotingRunner implements FnRunner {

    @Override
    public InetSocketAddress address() {
      return ADDRESS;
    }

    @Override
    public void drain() {
      steps.add("drain");
    }

    @Override
    public boolean awaitIdle(Duration atMost) {
      steps.add("await idle");
      return true;
    }

    @Override
    public void close() {
      steps.add("close");
    }
  }

  /** A call with usual values. */
  private static final class Call {

    private String fnId = "id";
    private String key = "key";
    private Map<String, String> config = Map.of();
    private Duration timeout = Duration.ofSeconds(30);
    private Duration idleTimeout = Duration.ofMinutes(1);
    private int memory = 128;

    Call fnId(String value) {
      fnId = value;
      return this;
    }

    Call key(String value) {
      key = value;
      return this;
    }

    Call config(String name, String value) {
      config = Map.of(name, value);
      return this;
    }

    Call timeout(Duration value) {
      timeout = value;
      return this;
    }

    Call idleTimeout(Duration value) {
      idleTimeout = value;
      return this;
    }

    Call memory(int megabytes) {
      memory = megabytes;
      return this;
    }

    CallModel model() {
      return new CallModel(
          "call",
          "",
          false,
          timeout,
          idleTimeout,
          memory,
          config,
          PayloadHeaders.NONE,
          "",
          "",
          fnId,
          key);
    }
  }
}
