package dev.rapid.core.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.worker.WorkerState;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What every event does in every state, as a page that changes together with the behaviour. */
final class SandboxMatrixTest {

  private static final Path PAGE = Path.of("..", "docs", "sandbox-matrix.md");
  private static final String UPDATE_PROPERTY = "matrix.update";
  private static final String UPDATE_COMMAND =
      "mvn -q -pl rapid-core -am test -Dtest=SandboxMatrixTest -D" + UPDATE_PROPERTY + "=true";
  private static final int SCHEDULES_FOR_VISITS = 6_000;

  private static final String INTRODUCTION =
      """
      # What every event does in every state of a sandbox

      Generated from `SandboxMachine` by `SandboxMatrixTest`, which fails when page and behaviour differ.
      After a wanted change, this writes the page anew:

          %s

      There is a section for each thing that a sandbox does. It numbers the states that differ in their answers, and
      then lists the events: in which of these states an event does something, and what. An event that is not listed for a state is ignored in it.

      A state is described by these words: the state of the worker (`WorkerState`) with each invocation that runs; *shared* (several
      invocations run in one runtime; all others have a capacity of 1), *waiting* (an invocation waits), *answered* (its caller
      has the outcome already), *begun* (its time counts already), *exited* (a process has ended, and what it sent may still be on the
      wire), *broken* (the worker broke off, and the end of its process may follow), *truncated* (the reply broke off, and the end of the runtime may be why), *polled* (the worker has room for
      more), *no poll* (it has none), *connection closed* (that of a delivery to a runtime of the user), *reserved* (a client of the control API
      runs it), how far the end of the processes has come (*runtime*, *telemetry*, *extensions*, *killing*,
      *disconnecting*), and the states of extensions.

      What happens begins with the change of the state: **→ Phase** if the sandbox does something else now, or
      the words that come (+) and go (−). Then follow the effects, in their order. Events concern the invocation, the slot, the reply
      and the processes of the state; those of an earlier generation of processes are always ignored, and replies with
      another request id are always refused. Alarms ring after the deadline.
      """
          .formatted(UPDATE_COMMAND);

  private static final List<String> EVENTS =
      List.of(
          "InitRequested",
          "InvokeRequested",
          "CallerGone",
          "InvocationCancelled",
          "RestoreRequested",
          "ResetRequested",
          "ShutdownRequested",
          "WorkerReady",
          "SlotWithdrawn",
          "DeliveryFailed",
          "DeliveryLost",
          "WorkerEnded",
          "WorkerDescribed",
          "WorkerBroken",
          "WorkerBroken, exit may follow",
          "InitFailed",
          "SnapshotReady",
          "RestoreSlotWithdrawn",
          "RestoreFailed",
          "ReplyBegan RESPONSE",
          "ReplyBegan ERROR",
          "ReplyEnded",
          "ExtensionRegistered",
          "ExtensionPolledNext",
          "ExtensionNextAbandoned",
          "ExtensionDeliveryFailed",
          "ExtensionInitErrorReported",
          "ExtensionExitErrorReported",
          "SubscriptionRequested",
          "Subscribed",
          "SubscribersFlushed",
          "TelemetrySettled",
          "ExtensionsFound",
          "RuntimeStartFailed",
          "ExtensionStartFailed",
          "RuntimeExited",
          "ExtensionExited",
          "ProcessesGone",
          "Disconnected",
          "TimerFired deadline",
          "TimerFired grace",
          "TimerFired freeze");

  @Test
  void the_page_shows_what_the_machine_does() throws IOException {
    String expected = page(matrix());

    if (Boolean.getBoolean(UPDATE_PROPERTY)) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, expected);
    }

    String actual = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    assertThat(actual.lines())
        .as("docs/sandbox-matrix.md differs from the machine; if that is wanted: " + UPDATE_COMMAND)
        .containsExactlyElementsOf(expected.lines().toList());
  }

  @Test
  void every_phase_and_every_state_of_the_runtime_has_a_row() {
    List<Scenario> all = SandboxStates.all();

    assertThat(all.stream().map(scenario -> scenario.phase().getClass()).collect(asSet()))
        .isEqualTo(Set.of(Phase.class.getPermittedSubclasses()));
    assertThat(all.stream().map(Scenario::worker).collect(asSet()))
        .isEqualTo(Set.of(WorkerState.values()));
  }

  @Test
  void every_activity_has_a_row_and_no_row_has_another_one() {
    assertThat(
            SandboxStates.all().stream()
                .map(scenario -> scenario.phase().activity())
                .collect(asSet()))
        .containsExactlyInAnyOrderElementsOf(Phase.ACTIVITIES);
  }

  @Test
  void every_event_and_every_timer_has_a_column() {
    List<SandboxEvent> events = SandboxStates.eventsFor(SandboxState.INITIAL);

    assertThat(events.stream().map(SandboxEvent::getClass).collect(asSet()))
        .isEqualTo(Set.of(SandboxEvent.class.getPermittedSubclasses()));
    assertThat(events.stream().map(SandboxMatrix::columnOf).collect(asSet()))
        .as("the events of the page")
        .isEqualTo(new LinkedHashSet<>(EVENTS));
    assertThat(
            events.stream()
                .filter(SandboxEvent.TimerFired.class::isInstance)
                .map(event -> ((SandboxEvent.TimerFired) event).timer())
                .collect(asSet()))
        .isEqualTo(Set.of(SandboxTimer.values()));
  }

  @Test
  void every_row_has_one_representative() {
    List<String> rows = rows();

    assertThat(rows).doesNotHaveDuplicates();
  }

  @Test
  void news_of_another_generation_is_ignored_in_every_state() {
    for (Scenario scenario : SandboxStates.all()) {
      int other = scenario.state().generation() - 1;
      SandboxState before = scenario.state();

      for (SandboxEvent event : SandboxStates.eventsFor(before)) {
        SandboxEvent old =
            switch (event) {
              case SandboxEvent.RuntimeStartFailed e ->
                  new SandboxEvent.RuntimeStartFailed(other, e.failure());
              case SandboxEvent.RuntimeExited e -> new SandboxEvent.RuntimeExited(other, e.exit());
              case SandboxEvent.WorkerBroken e ->
                  new SandboxEvent.WorkerBroken(other, e.error(), e.message(), e.exitMayFollow());
              case SandboxEvent.ExtensionsFound e ->
                  new SandboxEvent.ExtensionsFound(other, e.names());
              case SandboxEvent.ExtensionStartFailed e ->
                  new SandboxEvent.ExtensionStartFailed(other, e.name(), e.failure());
              case SandboxEvent.ExtensionExited e ->
                  new SandboxEvent.ExtensionExited(other, e.name(), e.exit());
              case SandboxEvent.Disconnected e -> new SandboxEvent.Disconnected(other);
              case SandboxEvent.ProcessesGone e -> new SandboxEvent.ProcessesGone(other);
              case SandboxEvent.Subscribed e ->
                  new SandboxEvent.Subscribed(other, e.subscription());
              case SandboxEvent.SubscribersFlushed e -> new SandboxEvent.SubscribersFlushed(other);
              case SandboxEvent.TelemetrySettled e -> new SandboxEvent.TelemetrySettled(other);
              default -> null;
            };
        if (old != null) {
          assertThat(SandboxStates.answer(scenario, old))
              .isEqualTo(new Transition(before, List.of()));
        }
      }
    }
  }

  @Test
  void a_refused_call_changes_nothing() {
    for (Scenario scenario : SandboxStates.all()) {
      for (SandboxEvent event : SandboxStates.eventsFor(scenario.state())) {
        Transition transition = SandboxStates.answer(scenario, event);
        boolean refused =
            !transition.effects().isEmpty()
                && transition.effects().stream()
                    .allMatch(effect ->
                        effect instanceof Effect.Refuse
                            || effect instanceof Effect.RefuseExtension
                            || effect instanceof Effect.Discard);

        if (refused) {
          assertThat(transition.next()).isEqualTo(scenario.state());
        }
      }
    }
  }

  @Test
  void the_behaviour_tests_and_the_simulation_visit_every_cell_that_is_not_ignored()
      throws ReflectiveOperationException {
    // They run here again, so that the answer does not depend on the order of test classes.
    runBehaviours(InitRulesTest.class);
    runBehaviours(SuppressedInitTest.class);
    runBehaviours(StartFailureTest.class);
    runBehaviours(GenerationsTest.class);
    runBehaviours(InitErrorTest.class);
    runBehaviours(InvocationRulesTest.class);
    runBehaviours(ReplyTest.class);
    runBehaviours(RuntimeExitTest.class);
    runBehaviours(TimeoutTest.class);
    runBehaviours(CallerGoneTest.class);
    runBehaviours(CancellationTest.class);
    runBehaviours(BrokenWorkerTest.class);
    runBehaviours(ShutdownTest.class);
    runBehaviours(EveryStateTest.class);
    runBehaviours(AttachedRuntimeTest.class);
    runBehaviours(PollRulesTest.class);
    runBehaviours(SharedRuntimeTest.class);
    runBehaviours(FreezeTest.class);
    runBehaviours(ExtensionRulesTest.class);
    runBehaviours(StopRulesTest.class);
    runBehaviours(RestoreRulesTest.class);
    for (long seed = 0; seed < SCHEDULES_FOR_VISITS; seed++) {
      Simulation.run(seed);
    }

    assertThat(
            matrix().entrySet().stream()
                .filter(cell -> !cell.getValue().equals(SandboxMatrix.IGNORED))
                .map(Map.Entry::getKey)
                .filter(cell -> !MatrixVisits.visited(cell)))
        .as("cells that no test has ever seen")
        .isEmpty();
  }

  private static void runBehaviours(Class<?> tests) throws ReflectiveOperationException {
    Constructor<?> constructor = tests.getDeclaredConstructor();
    for (Method method : tests.getDeclaredMethods()) {
      if (method.isAnnotationPresent(Test.class)) {
        try {
          method.invoke(constructor.newInstance());
        } catch (InvocationTargetException e) {
          throw new AssertionError(method.getName() + " fails on its own", e.getCause());
        }
      }
    }
  }

  private static Map<SandboxMatrix.Cell, String> matrix() {
    Map<SandboxMatrix.Cell, String> cells = new LinkedHashMap<>();
    for (Scenario scenario : SandboxStates.all()) {
      for (SandboxEvent event : SandboxStates.eventsFor(scenario.state())) {
        Transition transition = SandboxStates.answer(scenario, event);
        cells.put(
            SandboxMatrix.cellOf(scenario.state(), scenario.config(), event),
            SandboxMatrix.outcomeOf(scenario.state(), transition, scenario.config()));
      }
    }
    return cells;
  }

  private static List<String> rows() {
    return SandboxStates.all().stream()
        .map(scenario -> SandboxMatrix.rowOf(scenario.state(), scenario.config()))
        .toList();
  }

  private static String page(Map<SandboxMatrix.Cell, String> cells) {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (String row : rows()) {
      groups.computeIfAbsent(SandboxMatrix.groupOf(row), group -> new ArrayList<>()).add(row);
    }
    StringBuilder page = new StringBuilder(INTRODUCTION);
    groups.forEach((group, rows) -> {
      page.append("\n## ").append(group).append("\n\n");
      for (int i = 0; i < rows.size(); i++) {
        String words = rows.get(i).substring(group.length()).replaceFirst("^, ", "");
        page.append(i + 1).append(". ").append(words.isEmpty() ? "(always)" : words).append('\n');
      }
      page.append('\n').append(SandboxMatrix.table(rows, EVENTS, cells));
    });
    return page.toString();
  }

  private static <T> Collector<T, ?, Set<T>> asSet() {
    return Collectors.toCollection(LinkedHashSet::new);
  }
}
