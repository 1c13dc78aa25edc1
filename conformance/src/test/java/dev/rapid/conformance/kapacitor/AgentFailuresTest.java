package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents that are silent, fail or end. */
@EnabledOnOs(OS.LINUX)
final class AgentFailuresTest {

  private static final String HELLO = Events.points(Events.value(1));

  private static Agents agents;

  @BeforeAll
  static void start(@TempDir Path directory) {
    Agents.Setup setup = Agents.at(directory);
    for (String phase : new String[] {"start", "info", "init"}) {
      setup
          .function(phase + "-exit-0", "at-" + phase + "=exit 0 gone in " + phase)
          .function(phase + "-exit-3", "at-" + phase + "=exit 3 gone in " + phase)
          .function(phase + "-kill", "at-" + phase + "=kill");
    }
    agents =
        setup
            .function("mirror")
            .function("hangs", "term=ignore", "kapacitor.timeout: 2s")
            .function("chatters", "kapacitor.timeout: 2s", "function.timeout: 5")
            .function("slow", "function.timeout: 1")
            .function("refuses", "at-init=fail the field is missing")
            .function("errs", "at-init=error no way")
            .function("undeclared", "kapacitor.options: {size: [2]}")
            .function("missing-option", "options=size:INT", "kapacitor.options: {size: [x]}")
            .function("slow-init", "at-init=silent", "kapacitor.initTimeout: 500ms")
            .function("idle", "kapacitor.timeout: 2s")
            .described("missing", "command: [\"/does/not/exist\"]", List.of())
            .serve();
  }

  @AfterAll
  static void end() {
    agents.close();
  }

  private static long pid(String function) {
    JsonNode result = agents.result(function, Events.points(Events.act("pid")));
    return result.at("/points/0/ints/pid").asLong();
  }

  /** Checks that the agent has been replaced by one that works. */
  private static void assertIsReplaced(String function, long before) {
    assertThat(pid(function)).isNotEqualTo(before);
    Trace.awaitEnd(before);
  }

  @Test
  void k04_an_agent_that_neither_reads_nor_writes_fails_after_the_timeout_and_is_killed_later() {
    long before = pid("hangs");
    long began = System.nanoTime();

    Agents.Failure failure = agents.error("hangs", Events.points(Events.act("hang")));

    assertThat(failure.type()).isEqualTo("UDF.KeepaliveTimeout");
    // The first silence may have begun before the invocation.
    assertThat(failure.took()).isBetween(Duration.ofMillis(900), Duration.ofMillis(4500));
    Trace.awaitEnd(before);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(4900));
    assertIsReplaced("hangs", before);
  }

  @Test
  void k04_an_agent_that_answers_no_keepalive_but_sends_points_lives() {
    long before = pid("chatters");

    // Points for more than twice the timeout. The answers that the barrier waits for never come.
    Agents.Failure failure = agents.error("chatters", Events.points(Events.act("chatter")));

    assertThat(failure.type()).isEqualTo("UDF.Timeout");
    assertThat(failure.took()).isGreaterThan(Duration.ofMillis(4900));
    assertIsReplaced("chatters", before);
  }

  @ParameterizedTest
  @CsvSource({
    "start, exit-0, UDF.InfoFailed, exit status 0, gone in start",
    "start, exit-3, UDF.InfoFailed, exit status 3, gone in start",
    "start, kill, UDF.InfoFailed, signal,",
    "info, exit-0, UDF.InfoFailed, exit status 0, gone in info",
    "info, exit-3, UDF.InfoFailed, exit status 3, gone in info",
    "info, kill, UDF.InfoFailed, signal,",
    "init, exit-0, UDF.InitFailed, exit status 0, gone in init",
    "init, exit-3, UDF.InitFailed, exit status 3, gone in init",
    "init, kill, UDF.InitFailed, signal,"
  })
  void k05_an_agent_that_ends_before_it_is_ready_fails_the_invocation_with_how_it_ended(
      String phase, String how, String type, String status, String words) {
    Agents.Failure failure = agents.error(phase + "-" + how, HELLO);

    assertThat(failure.type()).as(failure.message()).isEqualTo(type);
    assertThat(failure.message()).contains(status);
    if (words != null) {
      assertThat(failure.message()).contains(words);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0 so long, exit status 0, so long",
    "exit 3 good bye, exit status 3, good bye",
    "kill, signal: killed,"
  })
  void k05_an_agent_that_ends_in_an_invocation_fails_it_at_once(
      String action, String status, String words) {
    long before = pid("mirror");

    Agents.Failure failure =
        agents.error("mirror", Events.points(Events.value(1), Events.act(action)));

    assertThat(failure.type()).as(failure.message()).isEqualTo("UDF.AgentExited");
    assertThat(failure.message()).contains(status);
    if (words != null) {
      assertThat(failure.message()).contains(words);
    }
    assertThat(failure.took()).isLessThan(Duration.ofSeconds(3));
    assertIsReplaced("mirror", before);
  }

  @Test
  void k06_an_error_of_the_agent_fails_the_invocation_with_its_text() {
    long before = pid("mirror");

    Agents.Failure failure =
        agents.error("mirror", Events.points(Events.act("error the disk is full")));

    assertThat(failure.type()).isEqualTo("UDF.AgentError");
    assertThat(failure.message()).contains("the disk is full");
    assertIsReplaced("mirror", before);
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void k06_an_error_with_an_exit_right_after_it_is_the_error(int status) {
    long before = pid("mirror");

    Agents.Failure failure =
        agents.error("mirror", Events.points(Events.act("error-exit " + status + " the end")));

    assertThat(failure.type()).as(failure.message()).isEqualTo("UDF.AgentError");
    assertThat(failure.message()).contains("the end");
    assertIsReplaced("mirror", before);
  }

  @Test
  void k06_an_exit_without_its_error_has_the_last_words_of_stderr() {
    Agents.Failure failure =
        agents.error(
            "mirror",
            Events.points(
                Events.act("log first words"), Events.act("exit 1 panic: no such window")));

    assertThat(failure.type()).isEqualTo("UDF.AgentExited");
    assertThat(failure.message()).contains("panic: no such window");
  }

  @Test
  void stderr_is_the_log() {
    agents.result("mirror", Events.points(Events.act("log a line of the agent")));

    agents.rapid().awaitOutput("a line of the agent");
  }

  @Test
  void an_agent_that_refuses_its_options_fails_the_init_with_its_words() {
    Agents.Failure failure = agents.error("refuses", HELLO);

    assertThat(failure.type()).isEqualTo("UDF.InitFailed");
    assertThat(failure.message()).contains("the field is missing");
  }

  @Test
  void an_error_of_the_agent_during_init_fails_the_init_with_its_words() {
    Agents.Failure failure = agents.error("errs", HELLO);

    assertThat(failure.type()).isEqualTo("UDF.InitFailed");
    assertThat(failure.message()).contains("no way");
  }

  @ParameterizedTest
  @CsvSource({"undeclared", "missing-option"})
  void options_that_the_agent_has_not_declared_are_refused_before_init(String function) {
    Agents.Failure failure = agents.error(function, HELLO);

    assertThat(failure.type()).isEqualTo("UDF.InvalidOptions");
    assertThat(failure.message()).contains("size");
    assertThat(agents.trace(function).of("init")).isEmpty();
  }

  @Test
  void a_program_that_is_not_there_is_a_failed_start() {
    assertThat(agents.error("missing", HELLO).type()).isEqualTo("UDF.StartFailed");
  }

  @Test
  void an_agent_that_does_not_answer_init_in_time_fails_the_init() {
    Agents.Failure failure = agents.error("slow-init", HELLO);

    assertThat(failure.type()).isEqualTo("UDF.InitFailed");
    Trace.awaitEnd(agents.trace("slow-init").latestProcess());
  }

  @Test
  void a_function_timeout_is_an_error_of_its_own_and_replaces_the_agent() {
    long before = pid("slow");

    Agents.Failure failure = agents.error("slow", Events.points(Events.act("silent")));

    assertThat(failure.type()).isEqualTo("UDF.Timeout");
    assertIsReplaced("slow", before);
  }

  @Test
  void an_agent_that_dies_while_it_is_idle_is_replaced_without_a_failed_invocation() {
    long before = pid("mirror");
    ProcessHandle.of(before).orElseThrow().destroyForcibly();
    Trace.awaitEnd(before);

    assertIsReplaced("mirror", before);
  }

  @Test
  void k04_an_idle_agent_that_stops_answering_is_replaced_without_a_failed_invocation() {
    long before = pid("idle");
    // The answer to this invocation is the last thing that it says.
    agents.result("idle", Events.points(Events.act("later-silent 100")));

    Trace.awaitEnd(before);

    assertIsReplaced("idle", before);
  }

  @Test
  void an_invalid_event_leaves_the_agent_untouched() {
    long before = pid("mirror");

    Agents.Failure failure =
        agents.error("mirror", Events.points(Events.value(1), "{\"time\": 1, \"name\": null}"));

    assertThat(failure.type()).isEqualTo("UDF.InvalidEvent");
    assertThat(failure.message()).contains("/points/1/name");
    assertThat(pid("mirror")).isEqualTo(before);
  }
}
