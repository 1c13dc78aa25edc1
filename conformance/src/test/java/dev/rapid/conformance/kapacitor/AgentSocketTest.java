package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.conformance.Command;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Agents that somebody else has started, and that listen on a socket. */
@EnabledOnOs(OS.LINUX)
final class AgentSocketTest {

  @TempDir Path directory;

  private final List<Process> servers = new ArrayList<>();

  @AfterEach
  void endServers() {
    servers.forEach(server -> {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly();
    });
  }

  private Path socket() {
    return directory.resolve("agent.sock");
  }

  private Trace trace() {
    return new Trace(Agents.trace(directory, "server"));
  }

  private void listen(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("listen=" + socket());
    all.add("trace=" + trace().file());
    ProcessBuilder builder =
        new ProcessBuilder(Agents.command(all))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Command.cleanEnvironment(builder.environment());
    try {
      servers.add(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Agents.awaitFile(socket().toString());
  }

  private Agents connect(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("kapacitor.socket: " + socket());
    return Agents.at(directory).described("agent", "", all).serve();
  }

  @Test
  void a_connection_is_an_agent() {
    listen();
    try (Agents agents = connect()) {
      JsonNode result = agents.result("agent", Events.points(Events.value(1), Events.value(2)));

      assertThat(Events.values(result.get("points"))).isEqualTo("1.0 2.0");
    }
    trace().await("end of input", 1);
    assertThat(trace().processes()).hasSize(1);
  }

  @Test
  void an_agent_that_listens_later_is_waited_for() {
    try (Agents agents = connect("kapacitor.initTimeout: 20s")) {
      var answer = agents.begin("agent", Events.points(Events.value(1)));
      agents.rapid().awaitState("Initializing");
      listen();

      assertThat(Agents.result(answer.join()).get("points")).hasSize(1);
    }
  }

  @Test
  void an_agent_that_never_listens_is_a_failed_start_that_names_the_socket() {
    try (Agents agents = connect("kapacitor.initTimeout: 500ms")) {
      Agents.Failure failure = agents.error("agent", Events.points());

      assertThat(failure.type()).isEqualTo("UDF.StartFailed");
      assertThat(failure.message()).contains(socket().toString());
    }
  }

  @Test
  void a_connection_that_the_agent_ends_in_an_invocation_fails_it_and_is_replaced() {
    listen();
    try (Agents agents = connect()) {
      Agents.Failure failure = agents.error("agent", Events.points(Events.act("exit 0")));

      assertThat(failure.type()).isEqualTo("UDF.AgentExited");
      JsonNode result = agents.result("agent", Events.points(Events.value(2)));
      assertThat(Events.values(result.get("points"))).isEqualTo("2.0");
    }
  }

  @Test
  void a_connection_that_the_agent_ends_while_it_is_idle_is_replaced_without_a_failure() {
    listen();
    try (Agents agents = connect()) {
      long process =
          agents
              .result("agent", Events.points(Events.act("pid")))
              .at("/points/0/ints/pid")
              .asLong();
      ProcessHandle.of(process).orElseThrow().destroyForcibly();
      Trace.awaitEnd(process);

      JsonNode result = agents.result("agent", Events.points(Events.value(2)));

      assertThat(Events.values(result.get("points"))).isEqualTo("2.0");
    }
  }

  @Test
  void a_missed_keepalive_closes_the_connection() {
    listen();
    try (Agents agents = connect("kapacitor.timeout: 1500ms")) {
      Agents.Failure failure = agents.error("agent", Events.points(Events.act("silent")));

      assertThat(failure.type()).isEqualTo("UDF.KeepaliveTimeout");
      trace().await("end of input", 1);
    }
  }

  @Test
  void the_socket_of_the_command_line_is_used() {
    listen();
    try (Rapid rapid = Rapid.serve("--worker=kapacitor-udf", "--udf-socket=" + socket())) {
      JsonNode result = Agents.result(rapid.invoke(Events.points(Events.value(1))));

      assertThat(result.get("points")).hasSize(1);
    }
    assertThat(Files.exists(socket())).as("belongs to the agent").isTrue();
  }

  @Test
  void the_options_of_the_command_line_reach_the_agent() {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--worker=kapacitor-udf",
                "--udf-option",
                "field=value",
                "--udf-option",
                "size=2",
                "--udf-option",
                "as=mean",
                "--"));
    words.addAll(
        Agents.command(List.of("mode=average", "options=field:STRING,size:INT,as:STRING")));
    try (Rapid rapid = Rapid.serve(words.toArray(String[]::new))) {
      JsonNode result =
          Agents.result(rapid.invoke(Events.points(Events.value(1), Events.value(3))));

      assertThat(Events.values(result.get("points"), "mean")).containsExactly(1.0, 2.0);
    }
  }
}
