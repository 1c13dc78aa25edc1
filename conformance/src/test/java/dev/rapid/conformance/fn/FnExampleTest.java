package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Command;
import dev.rapid.conformance.PythonPackage;
import dev.rapid.conformance.Rapid;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code examples/fn-cluster} does what its page says. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ResourceLock(ClientProject.SHARED)
final class FnExampleTest {

  private static final Path EXAMPLE = Command.ROOT.resolve("examples/fn-cluster");
  private static final String NAME = "{\"name\":\"world\"}";

  @TempDir Path directory;

  private FnCluster cluster;

  @BeforeEach
  void start() {
    Path python = Path.of(PythonPackage.install("fdk==0.1.128", "fdk"));
    String programs = System.getenv("PATH");
    if (python.getParent() != null) {
      programs = python.getParent() + File.pathSeparator + programs;
    }
    cluster =
        FnCluster.start(
            directory, EXAMPLE.resolve("rapid.yaml"), EXAMPLE.resolve("api.json"), programs);
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Command.Result post(URI url, String... options) {
    List<String> words = new ArrayList<>(List.of("curl", "-sS", "-d", NAME));
    words.addAll(List.of(options));
    words.add(url.toString());
    return Command.of(words.toArray(String[]::new)).run();
  }

  @Test
  void both_nodes_greet_the_world() {
    URI url = cluster.invokeUrl("01JEXAMPLE0FN0ID0000000001");
    for (String node : List.of("1", "2")) {
      String greeting = "{\"message\": \"Hello, world!\", \"node\": \"" + node + "\"}";
      await().atMost(Rapid.PATIENCE).until(() -> post(url).out().equals(greeting));
    }
    assertThat(cluster.run("status").lines())
        .hasSize(4)
        .allMatch(line -> line.contains(" runs, process "));
  }

  @Test
  void a_trigger_shows_headers_of_the_function() {
    Command.Result answer = post(cluster.triggerUrl("demo", "/hello"), "-i");

    assertThat(answer.out())
        .startsWith("HTTP/1.1 200 OK")
        .contains("\nX-Call-Id: ", "\nContent-Type: application/json", "Hello, world!")
        .doesNotContain("Fn-Http-");
  }

  @Test
  void a_function_with_a_lambda_runtime_greets_the_world() {
    Command.Result answer = post(cluster.invokeUrl("01JEXAMPLE0FN0ID0000000002"), "-i");

    assertThat(answer.out())
        .startsWith("HTTP/1.1 200 OK")
        .contains("\nContent-Type: application/json")
        .endsWith("{\"message\": \"Hello, world!\"}");
  }

  @Test
  void a_detached_call_is_accepted() {
    URI url = cluster.invokeUrl("01JEXAMPLE0FN0ID0000000001");

    Command.Result answer =
        post(url, "-H", "Fn-Invoke-Type: detached", "-w", "%{http_code} %{size_download}");

    assertThat(answer.out()).isEqualTo("202 0");
  }
}
