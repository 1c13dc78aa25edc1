package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Command;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The frames of an agent: how they are cut, and those that no agent should write. */
@EnabledOnOs(OS.LINUX)
final class AgentFramesTest {

  private static final String HELLO = Events.points(Events.value(1));

  private static Agents agents;

  @BeforeAll
  static void start(@TempDir Path directory) {
    agents =
        Agents.at(directory)
            .function("bytes", "chunk=1")
            .function("mirror")
            .function("STREAM", "mode=quiet", "kapacitor.timeout: 2s")
            .function("BATCH", "wants=BATCH", "provides=BATCH", "mode=quiet")
            .function(
                "first",
                "at-info=print Starting the agent, with a line that is longer than the code of its"
                    + " first letter says; a frame cannot begin so")
            .function("unasked", "at-init=raw-then 022200" + "072a051203454f46")
            .function("batches", "wants=BATCH", "provides=BATCH")
            .serve();
  }

  @AfterAll
  static void end() {
    agents.close();
  }

  @Test
  void k03_an_agent_whose_bytes_come_one_by_one_answers() {
    String long_ = "y".repeat(2_000);

    JsonNode result =
        agents.result(
            "bytes",
            Events.points(
                "{\"time\": 7, \"name\": \"m\", \"tags\": {\"t\": \"" + long_ + "\"}}",
                Events.value(2)));

    assertThat(result.at("/points/0/tags/t").asText()).isEqualTo(long_);
    assertThat(result.at("/points/1/fields/value").asDouble()).isEqualTo(2);
  }

  @Test
  void k03_a_thousand_frames_in_one_write_are_taken_in_their_order() {
    JsonNode result =
        agents.result(
            "mirror", Events.points(Events.value(1), Events.act("burst 1000"), Events.value(2)));

    assertThat(result.get("points")).hasSize(1002);
    assertThat(result.at("/points/0/fields/value").asDouble()).isEqualTo(1);
    assertThat(result.at("/points/1001/fields/value").asDouble()).isEqualTo(2);
    assertThat(result.at("/meta/received/points").asInt()).isEqualTo(1002);
  }

  @Test
  void k07_text_before_the_first_frame_fails_the_init_and_says_that_it_is_text() {
    Agents.Failure failure = agents.error("first", HELLO);

    assertThat(failure.type()).isEqualTo("UDF.InfoFailed");
    assertThat(failure.message()).contains("a line that is longer").contains("stdout");
  }

  static Stream<Arguments> hostileFrames() throws IOException {
    return Files.readAllLines(
            Command.ROOT.resolve("conformance/src/test/resources/kapacitor/hostile-frames.txt"))
        .stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" \\| "))
        .map(words -> Arguments.of(words[0], words[1], words[2]));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("hostileFrames")
  void k07_k08_a_frame_that_no_agent_may_write_fails_the_invocation_and_replaces_the_agent(
      String provides, String bytes, String what) {
    boolean isStream = provides.equals("STREAM");
    String action = "raw " + bytes;

    Agents.Failure failure =
        agents.error(
            provides,
            isStream ? Events.points(Events.act(action)) : Events.batch(Events.batchAct(action)));

    // A length that only seems to be one is waited for, as Kapacitor does.
    assertThat(failure.type())
        .as(failure.message())
        .isEqualTo(what.contains("seems to be") ? "UDF.KeepaliveTimeout" : "UDF.ProtocolError");
    long broken = agents.trace(provides).latestProcess();
    assertThat(agents.result(provides, isStream ? HELLO : Events.batch()).get("meta")).isNotNull();
    assertThat(agents.trace(provides).latestProcess()).isNotEqualTo(broken);
    Trace.awaitEnd(broken);
  }

  @Test
  void k09_answers_that_were_not_asked_for_are_dropped() {
    JsonNode result = agents.result("unasked", HELLO);

    assertThat(Events.values(result.get("points"))).isEqualTo("1.0");
    assertThat(agents.trace("unasked").processes()).hasSize(1);
  }

  @Test
  void k09_answers_that_were_not_asked_for_during_an_invocation_are_dropped() {
    long before =
        agents.result("mirror", Events.points(Events.act("pid"))).at("/points/0/ints/pid").asLong();

    JsonNode result =
        agents.result(
            "mirror",
            Events.points(
                Events.act("raw 020a00"), // Info
                Events.act("raw 0412020801"), // Init
                Events.act("raw 022200"), // Snapshot
                Events.act("raw 042a020801"), // Restore
                Events.act("raw 0c1a0a088080a8b1e39fe7cb17"), // Keepalive
                Events.act("pid")));

    assertThat(result.get("points")).hasSize(1);
    assertThat(result.at("/points/0/ints/pid").asLong()).isEqualTo(before);
  }

  @Test
  void k10_answers_to_keepalives_may_be_in_a_batch() {
    JsonNode result =
        agents.result(
            "batches",
            Events.batch(
                Events.batchValue(1),
                Events.batchAct("raw 0c1a0a088080a8b1e39fe7cb17"),
                Events.batchValue(2)));

    assertThat(Events.values(result.at("/batches/0/points"))).isEqualTo("1.0 2.0");
  }
}
