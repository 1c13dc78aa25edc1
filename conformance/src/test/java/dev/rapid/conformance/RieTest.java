package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher that takes the place of AWS's emulator, with the command line of that. */
final class RieTest {

  private static Rapid start(String launcher, Map<String, String> environment, String... args) {
    String callers = "127.0.0.1:" + Rapid.freePort();
    List<String> words = new ArrayList<>();
    words.add(launcher);
    words.addAll(
        List.of(
            "--runtime-interface-emulator-address",
            callers,
            "--runtime-api-address",
            "127.0.0.1:" + Rapid.freePort()));
    words.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(words);
    // Not AWS_LAMBDA_...: those of the tester's own shell are taken away.
    List<String> assignments = new ArrayList<>(List.of("env"));
    environment.forEach((name, value) -> assignments.add(name + "=" + value));
    assignments.addAll(words);
    builder.command(assignments);
    return Rapid.start(builder, URI.create("http://" + callers));
  }

  private static String[] scripted(String... handler) {
    List<String> words = new ArrayList<>(ScriptedRuntime.command());
    words.addAll(List.of(handler));
    return words.toArray(String[]::new);
  }

  @Test
  void an_invocation_works() {
    try (Rapid rapid = start(Rapid.launcher("aws-lambda-rie"), Map.of(), scripted("a.handler"))) {
      assertThat(rapid.invoke("{\"a\":1}").text()).isEqualTo("{\"a\":1}");
    }
  }

  @Test
  void the_last_argument_is_the_handler() {
    try (Rapid rapid = start(Rapid.launcher("aws-lambda-rie"), Map.of(), scripted("a.handler"))) {
      assertThat(rapid.invoke("\"variable _HANDLER\"").text()).isEqualTo("\"a.handler\"");
    }
  }

  @Test
  void the_timeout_comes_from_the_environment() {
    try (Rapid rapid =
        start(
            Rapid.launcher("aws-lambda-rie"),
            Map.of("AWS_LAMBDA_FUNCTION_TIMEOUT", "1"),
            scripted("a.handler"))) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      assertThat(rapid.invoke("\"sleep 30\"").text()).contains("timed out after 1.00 seconds");
    }
  }

  @Test
  void a_link_from_another_directory_works(@TempDir Path directory) throws Exception {
    Path link = directory.resolve("aws-lambda-rie");
    Files.createSymbolicLink(link, Path.of(Rapid.launcher("aws-lambda-rie")));

    try (Rapid rapid = start(link.toString(), Map.of(), scripted("a.handler"))) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
    }
  }
}
