package dev.rapid.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Custom runtimes of a few lines of bash; they need {@code curl}. */
final class Runtimes {

  private static final String HEAD =
      """
      #!/bin/bash
      api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
      next() {
        local head=$PWD/head.$$
        event=$(curl -sS -D "$head" "$api/invocation/next") || exit 1
        id=$(sed -n 's/^lambda-runtime-aws-request-id: *\\([0-9a-f-]*\\).*/\\1/Ip' "$head")
        rm "$head"
      }
      respond() { curl -sS -o /dev/null "$api/invocation/$id/response" -d "$1"; }
      """;

  private Runtimes() {}

  /** Answers with the event and with its variable {@code GREETING}; writes on stdout. */
  static Path echo(Path directory) throws IOException {
    return write(
        directory,
        "echo",
        """
        echo "init"
        while true; do
          next
          echo "handling $event"
          respond "{\\"event\\":$event,\\"greeting\\":\\"$GREETING\\"}"
        done
        """);
  }

  /** Answers with the event, after more output than a pipe takes. */
  static Path noisy(Path directory) throws IOException {
    return write(
        directory,
        "noisy",
        """
        while true; do
          next
          head -c 300000 /dev/zero | tr '\\0' x
          respond "$event"
        done
        """);
  }

  /** Reports an error for each event. */
  static Path failing(Path directory) throws IOException {
    return write(
        directory,
        "failing",
        """
        while true; do
          next
          curl -sS -o /dev/null "$api/invocation/$id/error" \
            -H 'Lambda-Runtime-Function-Error-Type: Function.Broken' \
            -d '{"errorType":"Broken","errorMessage":"no"}'
        done
        """);
  }

  /** Takes the event and sleeps, with a child that ignores SIGTERM. */
  static Path sleeping(Path directory) throws IOException {
    return write(
        directory, "sleeping", "(trap '' TERM; sleep 300) &\nnext\necho sleeping\nsleep 300\n");
  }

  /** Takes the event and ends. */
  static Path dying(Path directory) throws IOException {
    return write(directory, "dying", "next\nexit 42\n");
  }

  /** Reports an error instead of becoming ready. */
  static Path unable(Path directory) throws IOException {
    return write(
        directory,
        "unable",
        """
        curl -sS -o /dev/null "$api/init/error" \
          -H 'Lambda-Runtime-Function-Error-Type: Runtime.NoSuchModule' -d '{"errorType":"NoModule"}'
        exit 1
        """);
  }

  private static Path write(Path directory, String name, String body) throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/curl")) && Files.isExecutable(Path.of("/bin/bash")),
        "needs bash and curl");
    Path file = Files.writeString(directory.resolve(name), HEAD + body);
    assumeTrue(file.toFile().setExecutable(true));
    return file;
  }
}
