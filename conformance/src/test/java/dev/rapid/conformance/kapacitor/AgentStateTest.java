package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What an agent remembers, and what becomes of it when the agent ends or stands still. */
@EnabledOnOs(OS.LINUX)
final class AgentStateTest {

  private static Agents agents;

  @BeforeAll
  static void start(@TempDir Path directory) {
    agents =
        Agents.at(directory)
            .function("forgets", average())
            .function(
                "remembers",
                average("kapacitor.snapshotInterval: 100ms", "kapacitor.restoreAfterFailure: true"))
            .function(
                "stateless",
                "kapacitor.snapshotInterval: 100ms",
                "kapacitor.restoreAfterFailure: true")
            .function(
                "unrestorable",
                average(
                    "kapacitor.snapshotInterval: 100ms",
                    "kapacitor.restoreAfterFailure: true",
                    "at-restore=fail the state is too old"))
            .function("snapstart", average("function.snapstart: true"))
            .function(
                "types",
                "options=b:BOOL,i:INT,d:DOUBLE,s:STRING,t:DURATION,pair:INT+STRING,none:",
                "kapacitor.options: {b: [true], i: [-7], d: [1.5], s: [text], t: [1m30s], pair: [3,"
                    + " x], none: []}")
            .function("ids", "kapacitor.taskID: mine", "kapacitor.nodeID: mine3")
            .function("probe", "kapacitor.separateInfoProbe: true")
            .serve();
  }

  private static String[] average(String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "mode=average";
    all[1] = "options=field:STRING,size:INT,as:STRING";
    all[2] = "kapacitor.options: {field: [value], size: [2], as: [mean]}";
    System.arraycopy(more, 0, all, 3, more.length);
    return all;
  }

  @AfterAll
  static void end() {
    agents.close();
  }

  private static List<Double> means(String function, double... values) {
    String[] points = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      points[i] = Events.value(values[i]);
    }
    return Events.values(agents.result(function, Events.points(points)).get("points"), "mean");
  }

  /** Kills the process that runs now. */
  private static long kill(String function) {
    long process = agents.trace(function).latestProcess();
    ProcessHandle.of(process).orElseThrow().destroyForcibly();
    Trace.awaitEnd(process);
    return process;
  }

  /** Waits until the agent has been asked for its state after this moment. */
  private static void awaitSnapshot(String function) {
    int before = agents.trace(function).of("snapshot").size();
    // The first may have been under way.
    agents.trace(function).await("snapshot", before + 2);
  }

  @Test
  void an_agent_keeps_its_state_between_invocations() {
    assertThat(means("forgets", 1)).containsExactly(1.0);
    assertThat(means("forgets", 3)).containsExactly(2.0);
    assertThat(means("forgets", 5)).containsExactly(4.0);
  }

  @Test
  void an_agent_that_replaces_another_one_begins_anew() {
    means("forgets", 1, 3);
    kill("forgets");

    assertThat(means("forgets", 9)).containsExactly(9.0);
  }

  @Test
  void k14_a_new_process_continues_the_moving_average_from_the_last_snapshot() {
    assertThat(means("remembers", 1, 3, 5)).containsExactly(1.0, 2.0, 4.0);
    awaitSnapshot("remembers");
    kill("remembers");

    assertThat(means("remembers", 7)).containsExactly(6.0);

    assertThat(agents.trace("remembers").of("restore")).hasSize(1);
  }

  @Test
  void k14_an_empty_snapshot_is_never_restored() {
    agents.result("stateless", Events.points(Events.value(1)));
    awaitSnapshot("stateless");
    kill("stateless");

    agents.result("stateless", Events.points(Events.value(1)));

    assertThat(agents.trace("stateless").processes()).hasSize(2);
    assertThat(agents.trace("stateless").of("restore")).isEmpty();
  }

  @Test
  void a_restore_that_the_agent_refuses_fails_the_init_with_its_words() {
    means("unrestorable", 1);
    awaitSnapshot("unrestorable");
    kill("unrestorable");

    Agents.Failure failure = agents.error("unrestorable", Events.points(Events.value(1)));

    assertThat(failure.type()).isEqualTo("UDF.RestoreFailed");
    assertThat(failure.message()).contains("the state is too old");
  }

  @Test
  void nothing_asks_for_snapshots_unless_the_settings_say_so() {
    means("forgets", 1);

    assertThat(agents.trace("forgets").of("snapshot")).isEmpty();
  }

  @Test
  void snapstart_takes_a_snapshot_after_init_and_restores_what_it_has() {
    assertThat(means("snapstart", 1, 3)).containsExactly(1.0, 2.0);

    assertThat(agents.trace("snapstart").of("snapshot")).hasSize(1);
    // It was empty.
    assertThat(agents.trace("snapstart").of("restore")).isEmpty();
  }

  @Test
  void options_have_the_types_that_the_agent_declares() {
    JsonNode result = agents.result("types", Events.points(Events.act("options")));

    assertThat(Agents.parse(result.at("/points/0/fields/options").asText()))
        .isEqualTo(
            Agents.parse(
                "[[\"b\", [true]], [\"i\", [-7]], [\"d\", [1.5]], [\"s\", [\"text\"]],"
                    + " [\"t\", [90000000000]], [\"pair\", [3, \"x\"]], [\"none\", []]]"));
  }

  @Test
  void an_agent_gets_the_name_of_the_function_as_its_task() {
    agents.result("stateless", Events.points());

    assertThat(initText("stateless")).contains("stateless").contains("udf1");
  }

  @Test
  void an_agent_gets_the_ids_of_the_settings() {
    agents.result("ids", Events.points());

    assertThat(initText("ids")).contains("mine").contains("mine3").doesNotContain("ids");
  }

  private static String initText(String function) {
    byte[] bytes =
        HexFormat.of().parseHex(agents.trace(function).of("init").getFirst().get("data").asText());
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void a_separate_probe_asks_a_process_of_its_own_for_info() {
    agents.result("probe", Events.points(Events.value(1)));

    List<Long> processes = agents.trace("probe").processes();
    assertThat(processes).hasSize(2);
    assertThat(agents.trace("probe").of(processes.get(0)))
        .containsExactly("started", "info", "end of input");
    assertThat(agents.trace("probe").of(processes.get(1))).containsExactly("started", "init");
  }

  @Test
  void k15_an_agent_that_is_frozen_longer_than_the_timeout_is_not_taken_for_dead(
      @TempDir Path directory) throws IOException {
    try (Agents frozen =
        Agents.at(directory).function("agent", "kapacitor.timeout: 2s").serve("--freeze")) {
      frozen.result("agent", Events.points(Events.value(1)));
      long process = frozen.trace("agent").latestProcess();
      await()
          .atMost(Rapid.PATIENCE)
          .until(() -> Files.readString(Path.of("/proc/" + process + "/stat")).contains(") T "));
      // Time is what this is about.
      await().pollDelay(Duration.ofSeconds(3)).until(() -> true);

      JsonNode result = frozen.result("agent", Events.points(Events.value(2)));

      assertThat(Events.values(result.get("points"))).isEqualTo("2.0");
      assertThat(frozen.trace("agent").processes()).containsExactly(process);
    }
  }

  @Test
  void the_end_of_the_program_is_the_end_of_the_agents_input(@TempDir Path directory) {
    Trace trace;
    try (Agents ended = Agents.at(directory).function("agent").serve()) {
      ended.result("agent", Events.points(Events.value(1)));
      trace = ended.trace("agent");
    }

    assertThat(trace.of(trace.latestProcess()))
        .containsExactly("started", "info", "init", "end of input");
  }

  @Test
  void an_agent_that_lingers_after_the_end_of_its_input_gets_sigterm(@TempDir Path directory) {
    Trace trace;
    try (Agents ended =
        Agents.at(directory)
            .function(
                "agent", "at-end=hang", "kapacitor.stopGrace: 200ms", "kapacitor.termGrace: 5s")
            .serve()) {
      ended.result("agent", Events.points(Events.value(1)));
      trace = ended.trace("agent");
    }

    assertThat(trace.of(trace.latestProcess()))
        .containsExactly("started", "info", "init", "end of input", "hangs", "SIGTERM");
  }

  @Test
  void an_agent_that_ignores_sigterm_is_killed(@TempDir Path directory) {
    Trace trace;
    try (Agents ended =
        Agents.at(directory)
            .function(
                "agent",
                "at-end=hang",
                "term=ignore",
                "kapacitor.stopGrace: 100ms",
                "kapacitor.termGrace: 100ms")
            .serve()) {
      ended.result("agent", Events.points(Events.value(1)));
      trace = ended.trace("agent");
    }

    assertThat(trace.of("SIGTERM")).hasSize(1);
  }
}
