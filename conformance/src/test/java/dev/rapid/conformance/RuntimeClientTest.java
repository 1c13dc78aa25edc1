package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every runtime client of AWS must find in Rapid.
 *
 * <p>Each client has a handler in {@code clients/LANGUAGE} of the test resources, which does what
 * {@code do} of its event says:
 *
 * <ul>
 *   <li>{@code echo}: returns {@code value}
 *   <li>{@code fail}: fails with {@code message}
 *   <li>{@code exit}: ends its process with {@code status}
 *   <li>{@code wait}: waits for {@code seconds}
 *   <li>{@code context}: returns its context
 *   <li>{@code log}: prints and logs a line in turn, {@code pairs} times
 *   <li>{@code lines}: logs one message of three lines
 *   <li>{@code count}: appends an {@code x} to {@code file}
 * </ul>
 *
 * <p>With {@code FAIL_INIT} in its environment its init fails; with {@code TERM_FILE} it writes
 * that file at SIGTERM.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuntimeClientTest {

  /** The limit of a request, less what stands around the value in an event. */
  private static final int LARGE_VALUE = 6 * 1024 * 1024 - 100;

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern NUMBERED = Pattern.compile("(printed|logged) [0-9]+");

  @TempDir Path temporary;

  private ClientProject project;

  /** Installs the client; skips the tests, with the reason, if that is not possible here. */
  abstract ClientProject prepare();

  /** Returns the command of the runtime. */
  abstract List<String> command(ClientProject project, String handler);

  /** Returns the error type of an init that fails with FAIL_INIT. */
  abstract String initErrorType();

  /** Returns the error type of a handler that fails. */
  abstract String handlerErrorType();

  /** Returns more options that the client needs. */
  List<String> options() {
    return List.of();
  }

  /** Returns what {@code _HANDLER} is. */
  String handler() {
    return "handler.handle";
  }

  @BeforeAll
  void prepareOnce() {
    project = prepare();
  }

  ClientProject project() {
    return project;
  }

  Rapid serve(String... options) {
    return serveHandler(handler(), options);
  }

  Rapid serveHandler(String handler, String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.addAll(options());
    args.add("--cwd=" + project.directory());
    args.add("--handler=" + handler);
    args.add("--");
    args.addAll(command(project, handler));
    return Rapid.serve(args.toArray(String[]::new));
  }

  static String event(String action, Map<String, ?> fields) {
    ObjectNode event = JSON.valueToTree(fields);
    return event.put("do", action).toString();
  }

  private static JsonNode json(Answer answer) {
    try {
      return JSON.readTree(answer.text());
    } catch (IOException e) {
      throw new AssertionError(answer.toString(), e);
    }
  }

  private static String succeed(Rapid rapid, String event) {
    Answer answer = rapid.invoke(event);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.functionError()).as(answer.toString()).isEmpty();
    return answer.text();
  }

  static JsonNode fail(Rapid rapid, String event) {
    Answer answer = rapid.invoke(event);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.functionError()).as(answer.toString()).isEqualTo("Unhandled");
    return json(answer);
  }

  static void assertWorks(Rapid rapid) {
    assertThat(succeed(rapid, event("echo", Map.of("value", 7)))).isEqualTo("7");
  }

  @Test
  void an_event_comes_back() {
    try (Rapid rapid = serve()) {
      assertWorks(rapid);
      assertWorks(rapid);
    }
  }

  @Test
  void text_of_all_scripts_comes_back_unchanged() {
    String text = "na\u00efve \u4e16\u754c \ud83c\udf0d \u05d0 \u2028 \"\\\" \u0001 end";
    try (Rapid rapid = serve()) {
      Answer answer = rapid.invoke(event("echo", Map.of("value", text)));

      assertThat(json(answer).asText()).isEqualTo(text);
    }
  }

  @Test
  void six_megabytes_go_both_ways() {
    String value = "x".repeat(LARGE_VALUE);
    try (Rapid rapid = serve()) {
      String text = succeed(rapid, event("echo", Map.of("value", value)));

      assertThat(text.length()).isEqualTo(LARGE_VALUE + 2);
      assertThat(text.equals('"' + value + '"')).isTrue();
    }
  }

  @Test
  void an_error_of_the_handler_reaches_the_caller() {
    try (Rapid rapid = serve()) {
      JsonNode error = fail(rapid, event("fail", Map.of("message", "no luck")));

      assertThat(error.path("errorType").asText()).isEqualTo(handlerErrorType());
      assertThat(error.path("errorMessage").asText()).contains("no luck");
      assertWorks(rapid);
    }
  }

  @Test
  void a_failed_init_reaches_the_caller() {
    try (Rapid rapid = serve("--env=FAIL_INIT=1")) {
      JsonNode error = fail(rapid, event("echo", Map.of("value", 7)));

      assertThat(error.path("errorType").asText()).isEqualTo(initErrorType());
    }
  }

  @Test
  void an_exit_is_reported_and_the_next_invocation_works() {
    try (Rapid rapid = serve()) {
      JsonNode error = fail(rapid, event("exit", Map.of("status", 3)));

      assertThat(error.path("errorType").asText()).isEqualTo("Runtime.ExitError");
      assertThat(error.path("errorMessage").asText())
          .endsWith("Runtime exited with error: exit status 3");
      assertWorks(rapid);
    }
  }

  @Test
  void a_timeout_is_reported_and_the_next_invocation_works() {
    try (Rapid rapid = serve("--timeout=5")) {
      assertWorks(rapid);

      JsonNode error = fail(rapid, event("wait", Map.of("seconds", 60)));

      assertThat(error.path("errorType").asText()).isEqualTo("Sandbox.Timedout");
      assertThat(error.path("errorMessage").asText()).endsWith("Task timed out after 5.00 seconds");
      assertWorks(rapid);
    }
  }

  @Test
  void the_context_describes_the_function_and_the_invocation() {
    try (Rapid rapid = serve("--function-name=orders", "--memory=512", "--timeout=60")) {
      JsonNode context = json(rapid.invoke(event("context", Map.of())));

      assertThat(context.path("functionName").asText()).isEqualTo("orders");
      assertThat(context.path("functionVersion").asText()).isEqualTo("$LATEST");
      assertThat(context.path("functionArn").asText())
          .startsWith("arn:aws:lambda:")
          .contains(":function:");
      assertThat(context.path("memory").asInt()).isEqualTo(512);
      assertThat(context.path("remaining").asInt()).isBetween(1, 60_000);
      assertThat(rapid.awaitOutput("START RequestId: "))
          .contains(context.path("requestId").asText());
    }
  }

  @Test
  void what_is_printed_and_what_is_logged_keep_their_order() throws IOException {
    int pairs = 20;
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      expected.add("printed " + i);
      expected.add("logged " + i);
    }

    String written = functionLog(event("log", Map.of("pairs", pairs)), "logged " + (pairs - 1));

    assertThat(NUMBERED.matcher(written).results().map(match -> match.group())).isEqualTo(expected);
  }

  /** Invokes once and returns the records of the function, each in brackets. */
  private String functionLog(String event, String last) throws IOException {
    Path events = temporary.resolve("events.ndjson");
    try (Rapid rapid = serve("--events=" + events)) {
      succeed(rapid, event);
      rapid.awaitReady();
    }
    StringBuilder records = new StringBuilder();
    for (String line : Files.readAllLines(events)) {
      JsonNode record = JSON.readTree(line);
      if (record.path("type").asText().equals("function")) {
        records.append('[').append(record.path("record").asText()).append(']');
      }
    }
    assertThat(records.toString()).contains(last);
    return records.toString();
  }

  /** Returns whether the client writes whole messages to the descriptor for framed logs. */
  boolean hasFramedLog() {
    return true;
  }

  @Test
  void a_message_of_several_lines_is_one_record() throws IOException {
    assumeTrue(hasFramedLog(), "this client writes no framed messages");

    String written = functionLog(event("lines", Map.of()), "three");

    assertThat(written).containsPattern("\\[[^\\[]*one\\ntwo\\nthree");
  }

  @Test
  void the_sigterm_hook_runs_at_the_end() {
    Path file = temporary.resolve("terminated");
    try (Rapid rapid = serve("--env=TERM_FILE=" + file, "--shutdown-grace=10")) {
      assertWorks(rapid);
    }

    await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(file).exists());
  }

  @Test
  void several_pollers_run_an_invocation_once() {
    Path file = temporary.resolve("count");
    try (Rapid rapid = serve("--env=AWS_LAMBDA_MAX_CONCURRENCY=4")) {
      for (int i = 1; i <= 5; i++) {
        succeed(rapid, event("count", Map.of("file", file.toString())));

        assertThat(textOf(file)).isEqualTo("x".repeat(i));
      }
    }
    assertThat(textOf(file)).isEqualTo("xxxxx");
  }

  /** Returns whether the client runs several invocations at once in one process or more. */
  boolean hasSeveralWorkers() {
    return false;
  }

  Rapid serveShared(String... options) {
    assumeTrue(hasSeveralWorkers(), "this client runs one invocation at a time");
    List<String> args = new ArrayList<>(List.of(options));
    args.add("--max-concurrency=8");
    args.add("--concurrency=1");
    return serve(args.toArray(String[]::new));
  }

  /** Invokes with a value of its own each, {@code callers} at a time. */
  static void assertEchoes(Rapid rapid, int invocations, int callers) {
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < invocations; i++) {
        String event = event("echo", Map.of("value", "value " + i));
        answers.add(threads.submit(() -> succeed(rapid, event)));
      }
      for (int i = 0; i < invocations; i++) {
        assertThat(resultOf(answers.get(i))).isEqualTo("\"value " + i + "\"");
      }
    }
  }

  static <T> T resultOf(Future<T> future) {
    try {
      return future.get(Rapid.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void invocations_share_a_runtime_and_each_gets_its_own_answer() {
    try (Rapid rapid = serveShared()) {
      assertEchoes(rapid, 500, 16);
    }
  }

  @Test
  void a_timeout_in_a_shared_runtime_is_reported_while_others_go_on() {
    try (Rapid rapid = serveShared("--timeout=5");
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      assertWorks(rapid);
      Future<JsonNode> late =
          threads.submit(() -> fail(rapid, event("wait", Map.of("seconds", 60))));

      assertEchoes(rapid, 100, 4);

      assertThat(resultOf(late).path("errorType").asText()).isEqualTo("Sandbox.Timedout");
      assertEchoes(rapid, 20, 4);
    }
  }

  private static String textOf(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
