package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AWS CLI, of either version, if it is there or can be had. */
final class AwsCliTest {

  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)```sh\n([^`]*aws lambda invoke.*?)```");

  @TempDir private Path directory;

  @Test
  void the_example_of_the_readme_works_as_printed_without_any_configuration() throws IOException {
    assumeTrue(Command.exists("python3"), "python3 exists");
    var example = EXAMPLE.matcher(Files.readString(Command.ROOT.resolve("README.md")));
    assertThat(example.find()).isTrue();
    try (Rapid rapid = Rapid.serve("--", "python3", "examples/python/bootstrap.py")) {
      Command.Result result =
          Command.of(
                  "sh", "-c", example.group(1).replace("http://127.0.0.1:8080", "" + rapid.url()))
              .in(directory)
              .with("PATH", pathWithCli())
              .with("AWS_CONFIG_FILE", directory.resolve("config").toString())
              .with("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("credentials").toString())
              .run();

      assertThat(result.exit()).as(result.err()).isZero();
      assertThat(result.out())
          .contains("\"StatusCode\": 200")
          .endsWith("{\"message\": \"Hello, world!\"}");
    }
  }

  static String pathWithCli() {
    String path = System.getenv("PATH");
    if (Command.exists("aws")) {
      return path;
    }
    Path environment =
        Path.of(System.getProperty("conformance.classes"))
            .resolveSibling("awscli")
            .toAbsolutePath();
    Path programs = environment.resolve("bin");
    if (!Files.exists(programs.resolve("aws"))) {
      install("python3", "-m", "venv", environment.toString());
      install(
          programs.resolve("python").toString(),
          "-m",
          "pip",
          "install",
          "-q",
          "--disable-pip-version-check",
          "awscli");
    }
    return programs + ":" + path;
  }

  private static void install(String... words) {
    Command.Result result = Command.of(words).within(Duration.ofMinutes(2)).run();
    assumeTrue(result.exit() == 0, "the AWS CLI can be installed: " + result.err());
  }
}
