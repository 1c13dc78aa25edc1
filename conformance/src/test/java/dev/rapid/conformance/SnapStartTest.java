package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions with hooks around a snapshot that is never taken. */
final class SnapStartTest {

  @TempDir Path directory;

  /** Serves a handler module with the runtime of the examples. */
  private Rapid serve(String module, String... options) {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try {
      Files.writeString(directory.resolve("hooks.py"), module);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--snapstart", "--cwd=" + directory, "--handler=hooks.handle"));
    words.addAll(List.of("--", "python3"));
    words.add(Command.ROOT.resolve("examples/snapstart/bootstrap.py").toString());
    return Rapid.serve(words.toArray(String[]::new));
  }

  @Test
  void the_hooks_of_the_example_run_around_the_restore() {
    assumeTrue(Command.exists("python3"), "python3 exists");
    try (Rapid rapid =
        Rapid.serve("--snapstart", "--cwd=examples/snapstart", "--", "python3", "bootstrap.py")) {
      rapid.awaitOutput("before the snapshot");
      rapid.awaitReady();
      assertThat(rapid.output()).doesNotContain("after the restore");

      Answer answer = rapid.invoke("{}");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("\"restored\": true");
      rapid.awaitOutput("after the restore");
      assertThat(rapid.awaitOutput("REPORT RequestId: "))
          .contains("Init Duration: ")
          .contains("Restore Duration: ");
      assertThat(rapid.invoke("{}").text()).isEqualTo(answer.text());
    }
  }

  @Test
  void credentials_are_fetched_from_the_endpoint_and_are_not_in_the_environment() {
    String module =
        """
        import os, urllib.error, urllib.request

        ADDRESS = os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        TOKEN = os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def fetch(token):
            request = urllib.request.Request(ADDRESS, headers={"Authorization": token})
            try:
                return OPENER.open(request).read().decode()
            except urllib.error.HTTPError as error:
                return error.code

        def handle(event, context):
            names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
            return {
                "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
                "inherited": [name for name in names if name in os.environ],
                "mine": fetch(TOKEN),
                "others": fetch("guess"),
            }
        """;
    try (Rapid rapid =
        serve(
            module,
            "--env=AWS_ACCESS_KEY_ID=AKID",
            "--env=AWS_SECRET_ACCESS_KEY=hidden",
            "--env=AWS_SESSION_TOKEN=session")) {
      String answer = rapid.invoke("{}").text();

      assertThat(answer)
          .contains("\"type\": \"snap-start\"")
          .contains("\"inherited\": []")
          .contains("\"others\": 404");
      assertThat(answer.replace("\\", ""))
          .contains("\"AccessKeyId\":\"AKID\"")
          .contains("\"SecretAccessKey\":\"hidden\"")
          .contains("\"Token\":\"session\"")
          .containsPattern("\"Expiration\":\"2[0-9]{3}-");
    }
  }

  @Test
  void a_hook_that_fails_after_the_restore_is_400_each_time() {
    String module =
        """
        def after_restore():
            raise ValueError("no network")

        def handle(event, context):
            return event
        """;
    try (Rapid rapid = serve(module)) {
      for (int i = 0; i < 2; i++) {
        Answer answer = rapid.invoke("{}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorType()).isEqualTo("SnapStartException");
      }
    }
  }

  @Test
  void a_hook_that_hangs_after_the_restore_is_408_and_the_next_invocation_restores_again() {
    String module =
        """
        import os, time

        def after_restore():
            if not os.path.exists("hung"):
                open("hung", "w").close()
                time.sleep(600)

        def handle(event, context):
            return event
        """;
    try (Rapid rapid = serve(module, "--restore-timeout=1")) {
      Answer answer = rapid.invoke("{}");
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.errorType()).isEqualTo("SnapStartTimeoutException");
      assertThat(answer.took()).isBetween(Duration.ofMillis(990), Duration.ofSeconds(2));

      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
    }
  }

  @Test
  void a_hook_that_fails_before_the_snapshot_fails_the_init() {
    String module =
        """
        def before_snapshot():
            raise ValueError("too big")

        def handle(event, context):
            return event
        """;
    try (Rapid rapid = serve(module)) {
      assertThat(rapid.messages()).contains("init failed");

      Answer answer = rapid.invoke("{}");
      assertThat(answer.functionError()).isEqualTo("Unhandled");
      assertThat(answer.text()).contains("too big");
    }
  }

  @Test
  void java_with_the_runtime_client_of_aws_runs_crac_hooks() {
    assumeTrue(Command.exists("mvn"), "Maven exists");
    Command.Result build =
        Command.of("mvn", "-q", "-B", "-ntp", "-f", "examples/snapstart/java/pom.xml", "package")
            .within(Duration.ofMinutes(3))
            .run();
    assertThat(build.exit()).as(build.out()).isZero();

    try (Rapid rapid = Rapid.serve("--snapstart", "--", "examples/snapstart/java/run")) {
      for (int i = 0; i < 2; i++) {
        assertThat(rapid.invoke("{}").text())
            .contains("\"checkpoints\":1")
            .contains("\"restores\":1");
      }
      rapid.awaitOutput("Restore Duration: ");
    }
  }
}
