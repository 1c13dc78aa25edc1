package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prints and messages of AWS's runtime clients: in the order in which the function wrote them, each
 * in its invocation, and each message one record if the client may write whole messages.
 */
final class LogOrderTest {

  private static final int INVOCATIONS = 60;

  private static final String PYTHON_HANDLER =
      """
      import logging, os, sys

      log = logging.getLogger()
      log.setLevel("INFO")

      def handle(event, context):
          print(f"print {event}")
          log.info(f"log {event}\\nsecond line")
          print(f"err {event}", file=sys.stderr)
          if "OPEN_LINES" in os.environ:
              sys.stdout.write(f"open {event}")
              log.info(f"after {event}")
              sys.stdout.write(f"end {event}")
      """;

  private static final String NODE_HANDLER =
      """
      exports.handle = async (event) => {
        process.stdout.write(`print ${event}\\n`);
        console.log(`log ${event}\\nsecond line`);
        process.stderr.write(`err ${event}\\n`);
        if (process.env.OPEN_LINES) {
          process.stdout.write(`open ${event}`);
          console.log(`after ${event}`);
          process.stdout.write(`end ${event}`);
        }
      };
      """;

  private static final List<String> WHOLE_MESSAGES =
      List.of("print #", "log #\\nsecond line", "err #", "open #", "after #", "end #");

  private static final Pattern TEXT_RECORD =
      Pattern.compile("\"type\":\"function\",\"record\":\"(.*?)\"[,}]");

  /** What the clients' loggers put before a message, in JSON. */
  private static final Pattern LOGGER_PREFIX =
      Pattern.compile("^(\\[INFO]\\\\t\\S+?\\\\t\\S+?\\\\t|\\S+?Z\\\\t\\S+?\\\\tINFO\\\\t)");

  @TempDir private Path directory;

  @Test
  void of_python() throws IOException {
    List<String> command = List.of(python(), "-m", "awslambdaric", "app.handle");

    assertThat(records(command, "--env=OPEN_LINES=1")).isEqualTo(eachTime(WHOLE_MESSAGES));
  }

  @Test
  void of_python_behind_a_launcher_that_closes_descriptors() throws IOException {
    String launcher =
        "import subprocess, sys;"
            + " sys.exit(subprocess.call([sys.executable, '-m', 'awslambdaric', 'app.handle']))";

    assertThat(records(List.of(python(), "-c", launcher)))
        .isEqualTo(eachTime(List.of("print #", "log #", "second line", "err #")));
  }

  @Test
  void of_node() throws IOException {
    List<String> command = NodeClientTest.commandOf(nodeClient(), "app.handle");

    assertThat(records(command, "--env=OPEN_LINES=1")).isEqualTo(eachTime(WHOLE_MESSAGES));
  }

  @Test
  void of_node_behind_npx() throws IOException {
    List<String> command =
        List.of(
            "npx", "--prefix", nodeClient().directory().toString(), "aws-lambda-ric", "app.handle");

    assertThat(records(command))
        .isEqualTo(eachTime(List.of("print #", "log #\\rsecond line", "err #")));
  }

  private static List<String> eachTime(List<String> records) {
    return IntStream.range(0, INVOCATIONS)
        .boxed()
        .flatMap(invocation -> {
          List<String> all = new ArrayList<>(List.of("start"));
          records.forEach(each -> all.add(each.replace("#", invocation.toString())));
          all.add("runtimeDone");
          return all.stream();
        })
        .toList();
  }

  /** Returns what was recorded between the start of each invocation and its end. */
  private List<String> records(List<String> command, String... options) throws IOException {
    Path events = directory.resolve("events.ndjson");
    List<String> args = new ArrayList<>();
    args.add("--events=" + events);
    args.add("--cwd=" + directory);
    args.add("--handler=app.handle");
    args.addAll(List.of(options));
    args.add("--");
    args.addAll(command);
    try (Rapid rapid = Rapid.serve(args.toArray(String[]::new))) {
      for (int i = 0; i < INVOCATIONS; i++) {
        assertThat(rapid.invoke(Integer.toString(i)).status()).isEqualTo(200);
      }
      rapid.awaitReady();
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();
    }
    List<String> records = new ArrayList<>();
    boolean invoking = false;
    for (String line : Files.readAllLines(events)) {
      Matcher text = TEXT_RECORD.matcher(line);
      if (line.contains("\"platform.start\"")) {
        invoking = true;
        records.add("start");
      } else if (line.contains("\"platform.runtimeDone\"")) {
        invoking = false;
        records.add("runtimeDone");
      } else if (text.find() && invoking) {
        records.add(LOGGER_PREFIX.matcher(text.group(1)).replaceFirst(""));
      }
    }
    return records;
  }

  private String python() throws IOException {
    ClientProject client = PythonClientTest.install();
    Files.writeString(directory.resolve("app.py"), PYTHON_HANDLER);
    return PythonClientTest.python(client);
  }

  private ClientProject nodeClient() throws IOException {
    ClientProject client = NodeClientTest.install();
    Files.writeString(directory.resolve("app.js"), NODE_HANDLER);
    return client;
  }
}
