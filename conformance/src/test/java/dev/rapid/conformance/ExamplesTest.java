package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what their pages say. */
final class ExamplesTest {

  @TempDir Path directory;

  @Test
  void the_first_command_of_the_readme_greets_the_world() throws Exception {
    String readme = Files.readString(Command.ROOT.resolve("README.md"));
    String command =
        readme.lines().filter(line -> line.startsWith("./rapid invoke ")).findFirst().orElseThrow();

    Command.Result result =
        Command.of("sh", "-c", command.replace("./rapid", "\"$RAPID\""))
            .with("RAPID", Rapid.launcher("rapid"))
            .run();

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("{\"message\":\"Hello, world!\"}");
  }

  @Test
  void bash() {
    try (Rapid rapid = Rapid.serve("--", "examples/bash/bootstrap")) {
      assertGreets(rapid, "{\"message\":\"Hello, world!\"}");
      assertRefusesNumbers(rapid);
    }
  }

  @Test
  void python() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try (Rapid rapid = Rapid.serve("--", "python3", "examples/python/bootstrap.py")) {
      assertGreets(rapid, "{\"message\": \"Hello, world!\"}");
      assertRefusesNumbers(rapid);
    }
  }

  @Test
  void node() {
    assumeTrue(Command.exists("node"), "node exists");
    try (Rapid rapid = Rapid.serve("--", "node", "examples/node/bootstrap.mjs")) {
      assertGreets(rapid, "{\"message\":\"Hello, world!\"}");
      assertRefusesNumbers(rapid);
    }
  }

  @Test
  void cluster() throws Exception {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try (Cluster cluster =
        Cluster.start(directory, Command.ROOT.resolve("examples/cluster/rapid.yaml"))) {
      assertThat(cluster.run("status").lines())
          .hasSize(4)
          .allMatch(line -> line.contains(" runs, process "));
      String url = cluster.url() + "/2015-03-31/functions/greet/invocations";
      String event = "{\"name\":\"world\"}";

      Command.Result answer = Command.of("curl", "-sS", "-d", event, url).run();
      assertThat(answer.out()).isEqualTo("{\"message\": \"Hello, world!\"}");

      Command.Result accepted =
          Command.of(
                  "curl",
                  "-sS",
                  "-w",
                  "%{http_code}",
                  "-H",
                  "X-Amz-Invocation-Type: Event",
                  "-d",
                  event,
                  url)
              .run();
      assertThat(accepted.out()).isEqualTo("202");
      await()
          .atMost(Rapid.PATIENCE)
          .until(
              () -> cluster.output().filter(line -> line.contains("greeting world")).count() == 2);
    }
  }

  @Test
  void java_with_the_runtime_client_of_aws() {
    assumeTrue(Command.exists("mvn"), "Maven exists");
    Command.Result build =
        Command.of("mvn", "-q", "-B", "-ntp", "-f", "examples/java/pom.xml", "package")
            .within(Duration.ofMinutes(3))
            .run();
    assertThat(build.exit()).as(build.out()).isZero();

    try (Rapid rapid = Rapid.serve("--", "examples/java/run")) {
      assertGreets(rapid, "{\"message\":\"Hello, world!\"}");
      assertRefusesNumbers(rapid);
    }
  }

  private static void assertGreets(Rapid rapid, String greeting) {
    Command.Result curl =
        Command.of("curl", "-sS", "-d", "{\"name\":\"world\"}", rapid.invokeUrl()).run();

    assertThat(curl.out()).isEqualTo(greeting);
  }

  private static void assertRefusesNumbers(Rapid rapid) {
    Answer answer = rapid.invoke("{\"name\":42}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.functionError()).isEqualTo("Unhandled");
    assertThat(answer.text()).contains("name is not a string");
  }
}
