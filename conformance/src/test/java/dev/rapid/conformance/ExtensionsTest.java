package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extensions that do as they should. */
final class ExtensionsTest {

  private static final String EXAMPLES = "--extensions-dir=examples/extensions/bin";
  private static final String BASH = "watch.sh";
  private static final String PYTHON = "watch.py";

  @TempDir Path directory;

  @BeforeEach
  void needs() {
    assumeTrue(Command.exists("bash") && Command.exists("curl"), "bash and curl exist");
    assumeTrue(Command.exists("python3"), "python3 exists");
  }

  private static String event(Rapid rapid, String name, String part) {
    return rapid.awaitOutput(Pattern.compile("^\\[" + Pattern.quote(name) + "] \\{.*" + part));
  }

  private static String field(String event, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(event);
    assertThat(matcher.find()).as(event).isTrue();
    return matcher.group(1);
  }

  @Test
  void the_examples_in_bash_and_python_are_told_of_invocations_and_of_the_end() {
    try (Rapid rapid = Rapid.serveScripted(EXAMPLES, "--timeout=30")) {
      for (String name : List.of(BASH, PYTHON)) {
        rapid.awaitOutput(
            "EXTENSION\tName: " + name + "\tState: Ready\tEvents: [INVOKE, SHUTDOWN]");
        assertThat(rapid.state()).contains(name + ": Ready").contains("external");
      }
      long before = System.currentTimeMillis();
      Answer id = rapid.invoke("\"header Lambda-Runtime-Aws-Request-Id\"");
      long after = System.currentTimeMillis();
      String requestId = id.text().replace("\"", "");
      assertThat(requestId).hasSize(36);
      for (String name : List.of(BASH, PYTHON)) {
        String invoke = event(rapid, name, requestId);
        assertThat(field(invoke, "eventType")).isEqualTo("INVOKE");
        assertThat(Long.parseLong(field(invoke, "deadlineMs")))
            .isBetween(before + 30_000 - 5, after + 30_000 + 5);
        assertThat(field(invoke, "invokedFunctionArn"))
            .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:function");
      }

      rapid.signal("TERM");

      assertThat(rapid.awaitEnd()).isZero();
      for (String name : List.of(BASH, PYTHON)) {
        String shutdown = event(rapid, name, "SHUTDOWN");
        assertThat(field(shutdown, "shutdownReason")).isEqualTo("spindown");
        assertThat(Long.parseLong(field(shutdown, "deadlineMs")))
            .isGreaterThan(after)
            .isLessThan(System.currentTimeMillis() + 2_000);
      }
    }
  }

  @Test
  void the_runtime_and_all_extensions_are_told_the_same_deadline() {
    try (Rapid rapid = Rapid.serveScripted(EXAMPLES)) {
      for (int i = 1; i <= 10; i++) {
        String runtime =
            rapid.invoke("\"header Lambda-Runtime-Deadline-Ms\"").text().replace("\"", "");
        rapid.awaitReady();
        int events = 2 * i;
        await()
            .atMost(Rapid.PATIENCE)
            .untilAsserted(() -> assertThat(deadlines(rapid)).hasSize(events));
        assertThat(deadlines(rapid).subList(events - 2, events))
            .as("the extensions' deadlines of invocation %s", i)
            .containsOnly(runtime);
      }
    }
  }

  private static List<String> deadlines(Rapid rapid) {
    return rapid
        .output()
        .lines()
        .filter(line -> line.contains("\"eventType\":\"INVOKE\""))
        .map(line -> field(line, "deadlineMs"))
        .toList();
  }

  @Test
  void the_runtime_starts_when_the_last_extension_has_registered() throws Exception {
    Extensions extensions = Extensions.in(directory).add("early").add("late", "late=0.7");
    Path started = directory.resolve("started");
    List<String> command = new ArrayList<>(List.of(extensions.option(), "--", "sh", "-c"));
    command.add("date +%s%N >\"$0\"; exec \"$@\"");
    command.add(started.toString());
    command.addAll(ScriptedRuntime.command());
    try (Rapid rapid = Rapid.serve(command.toArray(String[]::new))) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");

      String registers = rapid.awaitOutput("[late] registers at ");
      long registration = Long.parseLong(registers.replaceAll(".* ", ""));
      assertThat(Long.parseLong(Files.readString(started).strip())).isGreaterThan(registration);
    }
  }

  @Test
  void a_slow_extension_delays_the_next_invocation_but_not_the_answer() {
    Extensions extensions = Extensions.in(directory).add("slow", "slow=0.5");
    try (Rapid rapid = Rapid.serveScripted(extensions.option(), "--concurrency=1")) {
      assertThat(rapid.invoke("{}").text()).isEqualTo("{}");
      List<Duration> times = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        rapid.awaitReady();
        times.add(rapid.invoke("{}").took());
      }
      times.sort(null);
      assertThat(times.get(2)).as("of %s", times).isLessThan(Duration.ofMillis(250));

      rapid.awaitReady();
      rapid.invoke("{}");
      Answer second = rapid.invoke("{}");
      assertThat(second.text()).isEqualTo("{}");
      assertThat(second.took()).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }
  }

  @Test
  void a_timeout_of_the_function_is_told_and_starts_everything_anew() {
    Extensions extensions = Extensions.in(directory).add("one").add("two");
    try (Rapid rapid = Rapid.serveScripted(extensions.option(), "--timeout=1")) {
      Extensions.Identity one = Extensions.identity(rapid, "one", null);
      Extensions.Identity two = Extensions.identity(rapid, "two", null);
      String pid = rapid.invoke("\"pid\"").text();

      Answer timeout = rapid.invoke("\"sleep 30\"");
      assertThat(timeout.functionError()).isEqualTo("Unhandled");
      assertThat(timeout.text()).contains("Sandbox.Timedout");
      for (String name : List.of("one", "two")) {
        assertThat(field(event(rapid, name, "SHUTDOWN"), "shutdownReason")).isEqualTo("timeout");
      }

      rapid.awaitState("[Cold]");
      assertThat(rapid.invoke("\"pid\"").text()).matches("[0-9]+").isNotEqualTo(pid);
      assertStartedAgain(rapid, "one", one);
      assertStartedAgain(rapid, "two", two);
    }
  }

  private static void assertStartedAgain(Rapid rapid, String name, Extensions.Identity old) {
    assertThat(Extensions.identity(rapid, name, old).process()).isNotEqualTo(old.process());
    assertThat(ProcessHandle.of(old.process())).isEmpty();
  }

  @Test
  void an_internal_extension_is_told_of_invocations_and_its_runtime_of_the_end() {
    try (Rapid rapid = Rapid.serve("--", "python3", "examples/extensions/internal/bootstrap.py")) {
      rapid.awaitOutput("EXTENSION\tName: internal\tState: Ready\tEvents: [INVOKE]");
      assertThat(rapid.state()).contains("internal: Ready");

      assertThat(rapid.invoke("{\"name\":\"world\"}").text()).contains("Hello, world!");
      String greeting = rapid.awaitOutput("greeting world for ");
      rapid.awaitOutput("[internal] INVOKE " + greeting.replaceAll(".* ", ""));

      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();
      rapid.awaitOutput("[internal] the runtime is asked to end");
    }
  }

  @Test
  void what_two_of_them_print_at_once_stays_in_lines() {
    Extensions extensions =
        Extensions.in(directory).add("one", "stutter=yes").add("two", "stutter=yes");
    try (Rapid rapid = Rapid.serveScripted(extensions.option())) {
      rapid.invoke("{}");
      rapid.awaitReady();

      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();
      rapid.awaitOutput(Pattern.compile("^\\[one] begins, ends$"));
      rapid.awaitOutput(Pattern.compile("^\\[two] begins, ends$"));
    }
  }

  @Test
  void two_hundred_invocations_in_a_row_and_fifty_at_once_succeed_with_two_extensions()
      throws Exception {
    Path copies = Files.createDirectory(directory.resolve("copies"));
    Path example = Command.ROOT.resolve("examples/extensions/bin/" + PYTHON);
    Files.copy(example, copies.resolve("one"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.copy(example, copies.resolve("two"), StandardCopyOption.COPY_ATTRIBUTES);
    try (Rapid rapid = Rapid.serveScripted("--extensions-dir=" + copies, "--concurrency=1")) {
      for (int i = 0; i < 200; i++) {
        assertThat(rapid.invoke("{\"row\":" + i + "}").text()).isEqualTo("{\"row\":" + i + "}");
      }
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(rapid.invokeAsync(("{\"caller\":" + i + "}").getBytes(StandardCharsets.UTF_8)));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(answers.get(i).join().text()).isEqualTo("{\"caller\":" + i + "}");
      }

      rapid.awaitReady();
      for (String name : List.of("one", "two")) {
        // What a process has printed can arrive later than its next call.
        await()
            .atMost(Rapid.PATIENCE)
            .untilAsserted(() ->
                assertThat(rapid.output().lines())
                    .filteredOn(line -> line.startsWith("[" + name + "] {\"eventType\":\"INVOKE\""))
                    .hasSize(250));
      }
      assertThat(rapid.state()).contains("first error  none").contains("generation   1");
    }
  }
}
