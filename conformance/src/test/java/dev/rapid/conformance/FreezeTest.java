package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --freeze}: between invocations, the function's processes stand still. */
final class FreezeTest {

  /** Runtimes that echo and leave work behind: each appends to the file {@code ticks}. */
  private static final Map<String, String> RUNTIMES =
      Map.of(
          "python3",
          """
          import os, threading, time, urllib.request

          def tick():
              while True:
                  with open("ticks", "a") as file:
                      file.write("x")
                  time.sleep(0.01)

          threading.Thread(target=tick, daemon=True).start()
          api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
          while True:
              with urllib.request.urlopen(api + "next") as invocation:
                  request = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
                  payload = invocation.read()
              with urllib.request.urlopen(api + request + "/response", payload) as accepted:
                  accepted.read()
          """,
          "node",
          """
          const fs = require("fs"), http = require("http");
          setInterval(() => fs.appendFileSync("ticks", "x"), 10);
          const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
          const call = (method, path, body) => new Promise((resolve, reject) => {
            const options = { host, port, method, path: "/2018-06-01/runtime/invocation/" + path };
            const request = http.request(options, answer => {
              const blocks = [];
              answer.on("data", block => blocks.push(block));
              answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(blocks) }));
            });
            request.on("error", reject);
            request.end(body);
          });
          (async () => {
            for (;;) {
              const next = await call("GET", "next");
              await call("POST", next.headers["lambda-runtime-aws-request-id"] + "/response", next.body);
            }
          })();
          """,
          "bash",
          """
          while :; do printf x >>ticks; sleep 0.01; done &
          api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
          while :; do
            payload=$(curl -sS --noproxy '*' -D headers "$api/next")
            request=$(sed -n 's/^lambda-runtime-aws-request-id: *\\([^[:space:]]*\\).*/\\1/ip' headers)
            curl -sS --noproxy '*' -o /dev/null -d "$payload" "$api/$request/response"
          done
          """);

  @TempDir Path directory;

  @BeforeEach
  void needs() {
    assumeTrue(Files.exists(Path.of("/proc/self/stat")), "/proc exists");
    assumeTrue(Command.exists("bash") && Command.exists("curl"), "bash and curl exist");
  }

  private static boolean isStopped(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return false;
    }
  }

  /** Waits until all processes of the function are stopped, and returns them. */
  private static List<Long> awaitFrozen(Rapid rapid) {
    return await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            rapid::offspring,
            all -> !all.isEmpty() && all.stream().allMatch(FreezeTest::isStopped));
  }

  private long ticks() throws IOException {
    Path file = directory.resolve("ticks");
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private Rapid serve(String language) throws IOException {
    assumeTrue(Command.exists(language), language + " exists");
    Path program = directory.resolve("runtime");
    Files.writeString(program, Objects.requireNonNull(RUNTIMES.get(language)));
    return Rapid.serve(
        "--freeze", "--cwd=" + directory, "--", language, program.toAbsolutePath().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"python3", "node", "bash"})
  void work_left_behind_stands_still_after_the_invocation_and_goes_on_with_the_next(String language)
      throws IOException {
    try (Rapid rapid = serve(language)) {
      assertThat(rapid.invoke("{\"a\":1}").text()).isEqualTo("{\"a\":1}");
      awaitFrozen(rapid);
      long before = ticks();

      for (int i = 0; i < 20; i++) {
        assertThat(rapid.get("/_rapid/live")).isEqualTo(200);
      }
      assertThat(ticks()).isEqualTo(before);
      // The work has a chance whenever an invocation runs.
      await()
          .atMost(Rapid.PATIENCE)
          .until(() -> {
            assertThat(rapid.invoke("2").text()).isEqualTo("2");
            return ticks() > before;
          });
      awaitFrozen(rapid);
    }
  }

  @Test
  void a_runtime_stands_still_after_its_init() {
    try (Rapid rapid = Rapid.serveScripted("--freeze")) {
      awaitFrozen(rapid);

      assertThat(rapid.invoke("1").text()).isEqualTo("1");
    }
  }

  @Test
  void extensions_stand_still_too_and_get_their_events() {
    Extensions extensions = Extensions.in(directory).add("logger").add("other", "child=yes");
    try (Rapid rapid = Rapid.serveScripted("--freeze", extensions.option())) {
      awaitFrozen(rapid);

      assertThat(rapid.invoke("1").text()).isEqualTo("1");

      rapid.awaitOutput("[logger] {\"eventType\":\"INVOKE\"");
      rapid.awaitOutput("[other] {\"eventType\":\"INVOKE\"");
      awaitFrozen(rapid);
      rapid.signal("TERM");
      assertThat(rapid.awaitEnd()).isZero();
      rapid.awaitOutput("[logger] {\"eventType\":\"SHUTDOWN\"");
      rapid.awaitOutput("[other] {\"eventType\":\"SHUTDOWN\"");
    }
  }

  @Test
  void the_output_of_an_invocation_is_before_its_end() {
    try (Rapid rapid = Rapid.serveScripted("--freeze")) {
      for (int i = 0; i < 30; i++) {
        rapid.invoke("\"print line-" + i + "\"");
        rapid.awaitOutput("line-" + i);
      }
      awaitFrozen(rapid);

      List<String> kinds =
          rapid
              .output()
              .lines()
              .map(line -> line.split("[ -]", 2)[0])
              .filter(word -> List.of("START", "line", "END", "REPORT").contains(word))
              .toList();
      for (int i = 0; i < kinds.size(); i++) {
        assertThat(kinds.get(i)).isEqualTo(List.of("START", "line", "END", "REPORT").get(i % 4));
      }
    }
  }

  @Test
  void a_timeout_of_a_runtime_that_was_frozen_comes_in_time_and_its_successor_is_frozen() {
    try (Rapid rapid = Rapid.serveScripted("--freeze", "--timeout=1")) {
      awaitFrozen(rapid);

      Answer answer = rapid.invoke("\"sleep 30\"");

      assertThat(answer.text()).contains("Sandbox.Timedout");
      assertThat(answer.took()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
      assertThat(rapid.invoke("1").text()).isEqualTo("1");
      awaitFrozen(rapid);
    }
  }

  @Test
  void what_is_frozen_does_not_outlive_a_rapid_that_is_killed() {
    try (Rapid rapid = Rapid.serveScripted("--freeze")) {
      // Without exec, a shell that is about to start the program with vfork would not be stopped.
      rapid.invoke("\"start exec setsid sleep 600\"");
      assertThat(awaitFrozen(rapid)).hasSizeGreaterThan(1);

      rapid.signal("KILL");

      assertThat(rapid.awaitEnd()).isEqualTo(137);
      rapid.assertNothingIsLeft();
    }
  }

  @Test
  void a_runtime_that_the_user_starts_cannot_be_frozen() {
    Command.Result result =
        Command.of(Rapid.launcher("rapid"), "serve", "--listen=127.0.0.1:0", "--freeze").run();

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("--freeze", "a runtime that you start");
  }
}
