package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Code that is written again and again while callers invoke it. {@code -Dreload.seconds=60
 * -Dreload.lag.millis=1000} measures it at full length on a quiet machine.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ReloadTest {

  private static final int CALLERS = 8;
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(500);
  private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("reload.seconds", 5));
  private static final Duration LAG = Duration.ofMillis(Long.getLong("reload.lag.millis", 15_000));

  @TempDir Path directory;

  /** Writes the code that answers with a version. */
  private interface Code {
    void write(int version) throws IOException;

    /** Returns the version of an answer. */
    int versionOf(String answer);
  }

  private record Answered(Answer answer, long endNanos) {}

  @Test
  void no_request_fails_while_the_code_of_a_python_function_changes() throws Exception {
    assumeTrue(Command.exists("python3"), "python3 exists");
    Files.copy(
        Command.ROOT.resolve("examples/python/bootstrap.py"), directory.resolve("bootstrap.py"));
    measure(
        "python3 bootstrap.py",
        new Code() {
          @Override
          public void write(int version) throws IOException {
            Files.writeString(
                directory.resolve("handler.py"),
                "def handle(event, context):\n    return " + version + "\n");
          }

          @Override
          public int versionOf(String answer) {
            return Integer.parseInt(answer);
          }
        });
  }

  /** The version is the length of the answer. */
  @Test
  void no_request_fails_while_the_code_of_a_native_function_changes() throws Exception {
    NativeRuntime.compile(directory);
    measure(
        "sh start.sh",
        new Code() {
          @Override
          public void write(int version) throws IOException {
            Files.writeString(
                directory.resolve("start.sh"),
                "exec ./echo_runtime --quiet --response-bytes " + (version + 2) + "\n");
          }

          @Override
          public int versionOf(String answer) {
            return answer.length() - 2;
          }
        });
  }

  private void measure(String command, Code code) throws Exception {
    code.write(1);
    Path file = directory.resolve("rapid.yaml");
    Files.writeString(file, "functions:\n  changing: {command: " + command + ", timeout: 30}\n");
    Map<Integer, Long> written = new ConcurrentHashMap<>();
    Queue<Answered> answers = new ConcurrentLinkedQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    int last;
    try (Rapid rapid = Rapid.serve("--config", file.toString(), "--watch");
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      URI url = rapid.url().resolve("/2015-03-31/functions/changing/invocations");
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        calls.add(
            callers.submit(() -> {
              while (!over.get()) {
                Answer answer = Http.post(url, "{}").join();
                answers.add(new Answered(answer, System.nanoTime()));
              }
            }));
      }
      last = change(code, written);
      awaitVersion(code, url, last);
      over.set(true);
      for (Future<?> each : calls) {
        each.get();
      }
    }
    assertThat(answers).hasSizeGreaterThan(CALLERS);
    long worst = 0;
    for (Answered each : answers) {
      assertThat(each.answer().status()).as(each.answer().text()).isEqualTo(200);
      int version = code.versionOf(each.answer().text());
      Long replaced = written.get(version + 1);
      worst = Math.max(worst, replaced == null ? 0 : each.endNanos() - replaced);
    }
    System.out.printf(
        "%d answers, %d versions; the oldest code answered %d ms after it was replaced%n",
        answers.size(), last, TimeUnit.NANOSECONDS.toMillis(worst));
    assertThat(Duration.ofNanos(worst)).isLessThan(LAG);
  }

  /** Writes one version after the other, and returns the last one. */
  private static int change(Code code, Map<Integer, Long> written) throws Exception {
    long begin = System.nanoTime();
    int version = 1;
    while (System.nanoTime() - begin < LENGTH.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_CHANGES.toMillis());
      version++;
      code.write(version);
      written.put(version, System.nanoTime());
    }
    return version;
  }

  private static void awaitVersion(Code code, URI url, int version) {
    long end = System.nanoTime() + Rapid.PATIENCE.toNanos();
    String answer = "";
    while (System.nanoTime() < end) {
      answer = Http.post(url, "{}").join().text();
      if (code.versionOf(answer) == version) {
        return;
      }
    }
    throw new AssertionError("the last answer is '" + answer + "', not of version " + version);
  }
}
