package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many callers of one function, and the sandboxes that serve them. */
final class FleetTest {

  private static final int CONNECTIONS = 64;
  private static final int MAX_WAITING = 10_000;
  private static final String THROTTLED = "\"Reason\":\"%s\"";
  private static final String FUNCTION_LIMIT = "ReservedFunctionConcurrentInvocationLimitExceeded";

  @TempDir Path directory;

  /** Invokes the function with the payloads, over as many connections as there are threads. */
  private static List<Answer> invokeAll(Rapid rapid, List<String> payloads) throws Exception {
    Answer[] answers = new Answer[payloads.size()];
    AtomicInteger next = new AtomicInteger();
    Callable<Void> caller =
        () -> {
          for (int i = next.getAndIncrement(); i < answers.length; i = next.getAndIncrement()) {
            answers[i] = rapid.invoke(payloads.get(i));
          }
          return null;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> each : threads.invokeAll(Collections.nCopies(CONNECTIONS, caller))) {
        each.get();
      }
    }
    return Arrays.asList(answers);
  }

  @Test
  void ten_thousand_callers_get_their_own_answers_and_each_runs_once() throws Exception {
    List<String> payloads = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      payloads.add("{\"caller\":" + i + "}");
    }
    try (Rapid rapid = Rapid.serveScripted("--concurrency=8")) {
      List<Answer> answers = invokeAll(rapid, payloads);

      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).status()).as(answers.get(i).toString()).isEqualTo(200);
        assertThat(answers.get(i).functionError()).isEmpty();
        assertThat(answers.get(i).text()).isEqualTo(payloads.get(i));
      }
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();
      assertThat(
              rapid.output().lines().filter(line -> line.contains("START RequestId: ")).distinct())
          .hasSize(10_000);
    }
  }

  @Test
  void eight_sandboxes_do_several_times_the_work_of_one_that_waits() throws Exception {
    List<String> naps = Collections.nCopies(400, "\"nap 20\"");

    long one = nanosFor(naps, "--concurrency=1");
    long eight = nanosFor(naps, "--concurrency=8");

    // At most eight times; a busy machine takes some of it.
    assertThat(one).isGreaterThan(2 * eight);
  }

  /** Measures the invocations when all sandboxes are there. */
  private static long nanosFor(List<String> payloads, String concurrency) throws Exception {
    try (Rapid rapid = Rapid.serveScripted(concurrency)) {
      invokeAll(rapid, payloads);
      long began = System.nanoTime();
      List<Answer> answers = invokeAll(rapid, payloads);
      long took = System.nanoTime() - began;
      assertThat(answers).allMatch(answer -> answer.status() == 200);
      return took;
    }
  }

  @Test
  void thousands_of_waiting_callers_need_little_memory_and_all_get_their_answers()
      throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/limits")), "/proc exists");
    int callers = callersAtOnce();
    Path release = directory.resolve("release");
    ProcessBuilder program =
        new ProcessBuilder("env", "RAPID_JAVA_OPTIONS=-Xmx96m", Rapid.launcher("rapid"));
    program
        .command()
        .addAll(List.of("serve", "--listen=127.0.0.1:0", "--concurrency=1", "--timeout=0", "--"));
    program.command().addAll(ScriptedRuntime.command());
    try (Rapid rapid = Rapid.startServing(program)) {
      SocketChannel running =
          sent(rapid, "\"meet " + directory.resolve("here") + " " + release + "\"");
      await().atMost(Rapid.PATIENCE).until(() -> Files.exists(directory.resolve("here")));
      List<SocketChannel> waiting = new ArrayList<>();
      try {
        for (int i = 0; i < callers; i++) {
          waiting.add(sent(rapid, "{\"caller\":" + i + "}"));
        }
        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> rapid.metric("rapid_invocations_waiting") >= callers);
        if (callers == MAX_WAITING) {
          Answer further = rapid.invoke("{}");
          assertThat(further.status()).isEqualTo(429);
          assertThat(further.text()).contains(THROTTLED.formatted(FUNCTION_LIMIT));
        }

        Files.createFile(release);

        assertThat(received(running)).startsWith("HTTP/1.1 200 OK");
        for (int i = 0; i < callers; i++) {
          assertThat(received(waiting.get(i)))
              .startsWith("HTTP/1.1 200 OK")
              .endsWith("{\"caller\":" + i + "}");
        }
      } finally {
        running.close();
        for (SocketChannel each : waiting) {
          each.close();
        }
      }
    }
  }

  /** Returns how many callers may wait, or less if the system has not enough descriptors for it. */
  private static int callersAtOnce() throws IOException {
    String limit =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(line -> line.startsWith("Max open files"))
            .map(line -> line.split(" +", -1)[3])
            .findFirst()
            .orElseThrow();
    // A listener has a quarter of Rapid's descriptors.
    return limit.equals("unlimited")
        ? MAX_WAITING
        : Math.min(MAX_WAITING, (Integer.parseInt(limit) - 1000) / 4);
  }

  private static SocketChannel sent(Rapid rapid, String payload) throws IOException {
    SocketChannel connection;
    try {
      connection =
          SocketChannel.open(new InetSocketAddress(rapid.url().getHost(), rapid.url().getPort()));
    } catch (IOException e) {
      assumeTrue(!String.valueOf(e.getMessage()).contains("Too many open files"), e.getMessage());
      throw e;
    }
    String request =
        "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\nHost: localhost\r\n"
            + "Connection: close\r\nContent-Length: "
            + payload.length()
            + "\r\n\r\n"
            + payload;
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
    return connection;
  }

  private static String received(SocketChannel connection) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    while (connection.read(bytes) >= 0) {
      assertThat(bytes.hasRemaining()).isTrue();
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
  }

  @Test
  void without_a_queue_a_caller_beyond_the_limit_is_throttled() throws Exception {
    try (Rapid rapid = Rapid.serveScripted("--concurrency=2", "--when-busy=throttle")) {
      CompletableFuture<Answer> first = meeting(rapid, "a", "c");
      CompletableFuture<Answer> second = meeting(rapid, "b", "c");
      await()
          .atMost(Rapid.PATIENCE)
          .until(
              () -> Files.exists(directory.resolve("a")) && Files.exists(directory.resolve("b")));

      Answer third = rapid.invoke("1");

      assertThat(third.status()).isEqualTo(429);
      assertThat(third.errorType()).isEqualTo("TooManyRequestsException");
      assertThat(third.text()).contains(THROTTLED.formatted(FUNCTION_LIMIT));
      Files.createFile(directory.resolve("c"));
      assertThat(List.of(first.join(), second.join()))
          .allMatch(answer -> answer.status() == 200)
          .extracting(Answer::text)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void callers_beyond_the_limit_of_the_program_learn_that_it_is_not_the_functions()
      throws Exception {
    try (Rapid rapid = Rapid.serveScripted("--total-concurrency=1", "--when-busy=throttle")) {
      CompletableFuture<Answer> running = meeting(rapid, "a", "b");
      await().atMost(Rapid.PATIENCE).until(() -> Files.exists(directory.resolve("a")));

      Answer further = rapid.invoke("1");

      assertThat(further.status()).isEqualTo(429);
      assertThat(further.text()).contains(THROTTLED.formatted("ConcurrentInvocationLimitExceeded"));
      Files.createFile(directory.resolve("b"));
      assertThat(running.join().status()).isEqualTo(200);
    }
  }

  private CompletableFuture<Answer> meeting(Rapid rapid, String own, String awaited) {
    return rapid.invokeAsync(
        ("\"meet " + directory.resolve(own) + " " + directory.resolve(awaited) + "\"")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_caller_who_sends_too_many_requests_in_a_second_is_throttled_and_served_later() {
    try (Rapid rapid = Rapid.serveScripted("--requests-per-second=1")) {
      List<Answer> answers = new ArrayList<>();
      await()
          .atMost(Rapid.PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            answers.add(rapid.invoke("1"));
            return answers.getLast().status() == 429;
          });

      assertThat(answers.getLast().text()).contains(THROTTLED.formatted("CallerRateLimitExceeded"));
      await().atMost(Rapid.PATIENCE).until(() -> rapid.invoke("2").status() == 200);
    }
  }

  @Test
  void with_an_idle_timeout_of_zero_each_invocation_has_a_sandbox_that_ends_after_it() {
    try (Rapid rapid = Rapid.serveScripted("--idle-timeout=0")) {
      String first = rapid.invoke("\"pid\"").text();
      String second = rapid.invoke("\"pid\"").text();

      assertThat(second).isNotEqualTo(first);
      await().atMost(Rapid.PATIENCE).until(() -> rapid.offspring().isEmpty());
    }
  }

  @Test
  void provisioned_sandboxes_are_there_before_the_first_caller_and_after_a_crash() {
    try (Rapid rapid = Rapid.serveScripted("--provisioned=2")) {
      await().atMost(Rapid.PATIENCE).until(() -> rapid.offspring().size() == 2);

      assertThat(rapid.invoke("\"variable AWS_LAMBDA_INITIALIZATION_TYPE\"").text())
          .isEqualTo("\"provisioned-concurrency\"");
      assertThat(rapid.invoke("\"exit 3\"").text()).contains("Runtime.ExitError");

      await().atMost(Rapid.PATIENCE).until(() -> rapid.offspring().size() == 2);
    }
  }
}
