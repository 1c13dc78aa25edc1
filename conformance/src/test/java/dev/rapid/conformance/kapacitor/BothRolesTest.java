package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Rapid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One Rapid is the host of a function that another one exposes. */
@EnabledOnOs(OS.LINUX)
final class BothRolesTest {

  @TempDir Path directory;

  private static final String[] NO_WAIT = {"kapacitor.barrierRounds: 1", "kapacitor.settle: 0ms"};

  private static String command(Path trace, String... options) {
    List<String> words = new ArrayList<>(List.of(Rapid.launcher("rapid"), "udf"));
    words.addAll(List.of(options));
    words.add("--");
    words.addAll(Udfs.command("trace=" + trace));
    return "command: " + Agents.flow(words);
  }

  @ParameterizedTest
  @CsvSource({"stream, 2000", "batch, 10000"})
  void k19_nothing_is_late_with_one_round_and_ordered_keepalives(String edge, int rounds) {
    try (Udfs agent =
            Udfs.at(directory)
                .function(
                    "function",
                    "udf.wants: " + edge,
                    "udf.provides: " + edge,
                    "udf.keepaliveOrder: ordered")
                .serve();
        Agents host =
            Agents.at(makeDirectory("host"))
                .described(
                    "udf",
                    "",
                    List.of(
                        "kapacitor.socket: " + agent.socket("function"), NO_WAIT[0], NO_WAIT[1]))
                .serve()) {
      for (int i = 0; i < rounds; i++) {
        assertRound(host, edge, i);
      }
    }
  }

  private Path makeDirectory(String name) {
    Path made = directory.resolve(name);
    assertThat(made.toFile().mkdir()).isTrue();
    return made;
  }

  private static void assertRound(Agents host, String edge, int i) {
    boolean isStream = edge.equals("stream");
    JsonNode result =
        host.result(
            "udf", isStream ? Events.points(Events.value(i)) : Events.batch(Events.batchValue(i)));
    assertThat(result.has("late")).as("round %s", i).isFalse();
    assertThat(Events.values(result.at(isStream ? "/points" : "/batches/0/points")))
        .isEqualTo(i + ".0");
  }

  @Test
  void k12_count_and_eof_give_the_same_over_stdio() {
    String command =
        command(directory.resolve("trace"), "--udf-wants=batch", "--udf-provides=batch");
    try (Agents host = Agents.at(directory).described("udf", command, List.of()).serve()) {
      String event = Events.batch(Events.batchValue(1), Events.batchValue(2));

      JsonNode count = host.result("udf", counting(event));
      JsonNode eof = host.result("udf", with(event, "\"completion\": \"eof\""));

      assertThat(count.get("batches")).hasSize(1);
      assertThat(eof.get("batches")).isEqualTo(count.get("batches"));
    }
  }

  @Test
  void a_function_error_at_one_end_is_an_error_of_the_agent_at_the_other() {
    String command =
        command(directory.resolve("trace"), "--udf-wants=batch", "--udf-provides=batch");
    try (Agents host = Agents.at(directory).described("udf", command, List.of()).serve()) {
      String event = Events.batch(Events.batchAct("error Sample the disk is full"));

      Agents.Failure failure = host.error("udf", counting(event));

      assertThat(failure.type()).isEqualTo("UDF.AgentError");
      assertThat(failure.message()).contains("Sample").contains("the disk is full");
      assertThat(host.result("udf", counting(Events.batch(Events.batchValue(1)))).get("batches"))
          .hasSize(1);
    }
  }

  /** An answer to a keepalive does not wait for the function: only a count tells the end. */
  private static String counting(String event) {
    return with(event, "\"completion\": \"count\", \"expect\": {\"batches\": 1}");
  }

  private static String with(String event, String members) {
    return event.substring(0, event.length() - 1) + ", " + members + "}";
  }
}
