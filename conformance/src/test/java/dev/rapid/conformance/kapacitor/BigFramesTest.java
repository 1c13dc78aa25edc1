package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.kapacitor.scripted.Requests;
import dev.rapid.conformance.kapacitor.scripted.ScriptedHost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Frames that no pipe holds. */
@EnabledOnOs(OS.LINUX)
final class BigFramesTest {

  /** Two of them are a payload that AWS still accepts. */
  private static final int BIG = 2_900_000;

  @TempDir Path directory;

  private static String big() {
    return "{\"time\": $time, \"name\": \"m\", \"fields\": {\"s\": \"" + "x".repeat(BIG) + "\"}}";
  }

  @Test
  void k13_strings_that_fill_both_pipes_at_once_go_both_ways_through_an_agent() {
    try (Agents agents = Agents.at(directory).function("agent", "function.timeout: 60").serve()) {
      // Two of them: the agent writes the first while the host writes the second.
      JsonNode result = agents.result("agent", Events.points(big(), big()));

      assertThat(result.at("/points/1/fields/s").asText()).isEqualTo("x".repeat(BIG));
    }
  }

  @Test
  void k13_strings_that_fill_both_buffers_at_once_go_both_ways_through_a_function() {
    try (Udfs udfs =
            Udfs.at(directory)
                .function("function", "udf.streamMaxPoints: 1", "function.timeout: 60")
                .serve();
        ScriptedHost host = udfs.use("function")) {
      String text = "y".repeat(BIG);
      host.write(
          Requests.point(Requests.streamPoint(1).putFieldsString("s", text)),
          Requests.point(Requests.streamPoint(2).putFieldsString("s", text)));
      host.awaitPoints(2);

      assertThat(host.points().getLast().getFieldsStringOrThrow("s")).isEqualTo(text);
    }
  }

  @Test
  void a_frame_beyond_the_limit_is_an_invalid_event() {
    try (Agents agents =
        Agents.at(directory).function("agent", "kapacitor.maxFrameBytes: 1024").serve()) {
      Agents.Failure failure =
          agents.error(
              "agent",
              Events.points(
                  "{\"time\": 1, \"name\": \"m\", \"tags\": {\"t\": \""
                      + "x".repeat(1024)
                      + "\"}}"));

      assertThat(failure.type()).isEqualTo("UDF.InvalidEvent");
      assertThat(agents.result("agent", Events.points(Events.value(1))).get("points")).hasSize(1);
      assertThat(agents.trace("agent").processes()).hasSize(1);
    }
  }

  @Test
  void a_response_beyond_the_limit_fails_the_invocation() {
    try (Agents agents = Agents.at(directory).function("agent").serve()) {
      Agents.Failure failure =
          agents.error("agent", Events.points(Events.act("fill " + 7 * 1024 * 1024)));

      assertThat(failure.type()).isEqualTo("Function.ResponseSizeTooLarge");
      assertThat(agents.result("agent", Events.points(Events.value(1))).get("points")).hasSize(1);
    }
  }
}
