package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file with a Python, a Node, a bash and a native function. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class SeveralFunctionsTest {

  private static final int INVOCATIONS = 1_000;
  private static final int CALLERS_OF_EACH = 4;
  private static final Duration BETWEEN_KILLS = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What is in the command line of each function's runtime. */
  private static final Map<String, String> RUNTIMES =
      Map.of(
          "python", "bootstrap.py",
          "node", "bootstrap.mjs",
          "bash", "bash/bootstrap",
          "native", "echo_runtime");

  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void describeFunctions() throws IOException {
    for (String program : List.of("cc", "python3", "node", "curl")) {
      assumeTrue(Command.exists(program), program + " exists");
    }
    Command.Result compiled =
        Command.of(
                "cc",
                "-O1",
                "-pthread",
                "-o",
                directory.resolve("echo_runtime").toString(),
                "benchmarks/e2e/echo_runtime.c")
            .run();
    assertThat(compiled.exit()).as(compiled.err()).isZero();
    file = directory.resolve("rapid.yaml");
    Files.writeString(
        file,
        """
        timeout: 60
        concurrency: 2
        functions:
          python: {command: python3 bootstrap.py, cwd: "${EXAMPLES}/python"}
          node: {command: [node, bootstrap.mjs], cwd: "${EXAMPLES}/node"}
          bash: {command: "${EXAMPLES}/bash/bootstrap"}
          native: {command: ./echo_runtime}
        """
            .replace("${EXAMPLES}", Command.ROOT.resolve("examples").toString()));
  }

  /** An answer to the caller with this number. */
  private record Answered(String function, int number, Answer answer) {

    /** The function's own response, which has the caller's number. */
    boolean isRight() {
      String expected =
          function.equals("native") ? payload(function, number) : "Hello, " + number + "!";
      return answer.status() == 200
          && answer.functionError().isEmpty()
          && answer.text().contains(expected);
    }

    /** The outcome of an invocation whose runtime was killed. */
    boolean isKilled() {
      return answer.status() == 200
          && answer.functionError().equals("Unhandled")
          && answer.text().contains("\"Runtime.ExitError\"");
    }
  }

  private static String payload(String function, int number) {
    return function.equals("native") ? "{\"n\":" + number + "}" : "{\"name\":\"" + number + "\"}";
  }

  @Test
  void each_function_answers_at_its_name_and_to_the_command() {
    try (Rapid rapid = Rapid.serve("--config=" + file)) {
      for (String function : RUNTIMES.keySet()) {
        Command.Result result =
            Command.rapid(
                    "invoke",
                    "--url=" + rapid.url(),
                    "--function-name=" + function,
                    "--event=" + payload(function, 7))
                .run();

        assertThat(result.exit()).as(result.err()).isZero();
        assertThat(result.out()).contains("7");
        assertThat(rapid.messages()).contains("/2015-03-31/functions/" + function + "/invocations");
      }
      assertThat(rapid.invoke("{}").status()).as("of the alias").isEqualTo(404);
    }
  }

  @Test
  void every_caller_has_one_answer_while_runtimes_are_killed_and_nothing_is_left()
      throws Exception {
    List<Answered> answers;
    int kills;
    try (Rapid rapid = Rapid.serve("--config=" + file);
        Killer killer = new Killer(rapid)) {
      answers = invokeAll(rapid);
      kills = killer.kills();
    }

    Map<String, Integer> right = new LinkedHashMap<>();
    int killed = 0;
    for (Answered each : answers) {
      if (each.isKilled()) {
        killed++;
      } else {
        assertThat(each.isRight()).as("%s", each).isTrue();
        right.merge(each.function(), 1, Integer::sum);
      }
    }
    assertThat(answers).hasSize(RUNTIMES.size() * INVOCATIONS);
    assertThat(kills).as("kills").isPositive();
    assertThat(killed).as("invocations that a kill ended").isLessThanOrEqualTo(kills);
    assertThat(right).containsOnlyKeys(RUNTIMES.keySet());
  }

  private static List<Answered> invokeAll(Rapid rapid) throws Exception {
    List<Future<List<Answered>>> callers = new ArrayList<>();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String function : RUNTIMES.keySet()) {
        AtomicInteger next = new AtomicInteger();
        for (int i = 0; i < CALLERS_OF_EACH; i++) {
          callers.add(threads.submit(() -> invoke(rapid.url(), client, function, next)));
        }
      }
    }
    List<Answered> answers = new ArrayList<>();
    for (Future<List<Answered>> caller : callers) {
      answers.addAll(caller.get());
    }
    return answers;
  }

  private static List<Answered> invoke(
      URI rapid, HttpClient client, String function, AtomicInteger next)
      throws IOException, InterruptedException {
    URI url = rapid.resolve("/2015-03-31/functions/" + function + "/invocations");
    List<Answered> answers = new ArrayList<>();
    for (int n = next.getAndIncrement(); n < INVOCATIONS; n = next.getAndIncrement()) {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .timeout(PATIENCE)
              .POST(BodyPublishers.ofString(payload(function, n)))
              .build();
      answers.add(
          new Answered(
              function,
              n,
              Answer.of(client.send(request, BodyHandlers.ofByteArray()), Duration.ZERO)));
    }
    return answers;
  }

  /** Kills a random runtime again and again. */
  private static final class Killer implements AutoCloseable {

    private final Rapid rapid;
    private final Random random = new Random(12);
    private final AtomicInteger kills = new AtomicInteger();
    private final CompletableFuture<Void> stop = new CompletableFuture<>();
    private final Thread thread;

    Killer(Rapid rapid) {
      this.rapid = rapid;
      this.thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      while (!stop.isDone()) {
        List<Long> runtimes = rapid.offspring().stream().filter(Killer::isRuntime).toList();
        if (!runtimes.isEmpty()) {
          long pid = runtimes.get(random.nextInt(runtimes.size()));
          kills.incrementAndGet();
          Command.of("kill", "-KILL", String.valueOf(pid)).run();
        }
        stop.copy().completeOnTimeout(null, BETWEEN_KILLS.toMillis(), TimeUnit.MILLISECONDS).join();
      }
    }

    /** A part of a pipeline in a script has the script's command line, but is not the runtime. */
    private static boolean isRuntime(long pid) {
      return hasCommandOfRuntime(pid)
          && ProcessHandle.of(pid)
              .flatMap(ProcessHandle::parent)
              .filter(parent -> !hasCommandOfRuntime(parent.pid()))
              .isPresent();
    }

    private static boolean hasCommandOfRuntime(long pid) {
      try {
        String words =
            new String(
                Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "cmdline")),
                StandardCharsets.ISO_8859_1);
        return RUNTIMES.values().stream().anyMatch(words::contains);
      } catch (IOException gone) {
        return false;
      }
    }

    int kills() {
      return kills.get();
    }

    @Override
    public void close() {
      stop.complete(null);
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
