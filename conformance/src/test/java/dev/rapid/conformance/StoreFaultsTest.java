package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The storage of the queue cannot be used: callers of events and the log learn why, and synchronous
 * invocations do not notice.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class StoreFaultsTest {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir Path directory;

  private static HttpResponse<String> event(Rapid rapid, String payload) throws Exception {
    return event(URI.create(rapid.invokeUrl()), payload);
  }

  private static HttpResponse<String> event(URI function, String payload) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(function)
            .timeout(Rapid.PATIENCE)
            .header("X-Amz-Invocation-Type", "Event")
            .POST(BodyPublishers.ofString(payload))
            .build(),
        BodyHandlers.ofString());
  }

  /** Checks that events are refused, that one line says why, and that other calls go on. */
  private static void assertOnlyEventsFail(Rapid rapid, String... reason) throws Exception {
    HttpResponse<String> refused = event(rapid, "{}");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(500);
    assertThat(refused.headers().firstValue("X-Amzn-ErrorType")).hasValue("ServiceException");
    rapid.awaitMessage(reason[0]);
    assertThat(event(rapid, "{}").statusCode()).isEqualTo(500);

    List<String> said = rapid.messages().lines().filter(line -> line.contains(reason[0])).toList();
    assertThat(said).as(rapid.messages()).hasSize(1);
    assertThat(said.getFirst()).contains(reason);
    assertThat(rapid.messages()).doesNotContain("\tat ", "Exception");
    assertThat(rapid.invoke("{\"still\":\"here\"}").text()).isEqualTo("{\"still\":\"here\"}");
  }

  private static List<String> serving(Path data) {
    List<String> words =
        new ArrayList<>(List.of(Rapid.launcher("rapid"), "serve", "--listen=127.0.0.1:0"));
    words.addAll(List.of("--data-dir=" + data, "--"));
    words.addAll(ScriptedRuntime.command());
    return words;
  }

  @Test
  void a_second_rapid_on_a_data_directory_says_so_and_the_first_goes_on() throws Exception {
    Path data = directory.resolve("data");
    try (Rapid first = Rapid.startServing(new ProcessBuilder(serving(data)))) {
      assertThat(event(first, "{}").statusCode()).isEqualTo(202);
      try (Rapid second = Rapid.startServing(new ProcessBuilder(serving(data)))) {
        assertOnlyEventsFail(second, data.toString(), "another");
      }
      assertThat(event(first, "{}").statusCode()).isEqualTo(202);
    }
  }

  @Test
  void a_data_directory_on_a_read_only_disk() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path data = disk.resolve("data");
    ProcessBuilder builder = SmallDisk.readOnly(disk.toString()).command("true", serving(data));
    try (Rapid rapid = Rapid.startServing(builder)) {
      assertOnlyEventsFail(rapid, data.toString());
    }
  }

  /**
   * Events only wait, so that the disk gets full. Room is made where the program sees its files.
   */
  @Test
  void a_full_disk_refuses_events_until_there_is_room_again() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    Path data = disk.resolve("data");
    String command =
        ScriptedRuntime.command().stream()
            .map(word -> "\"" + word + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    Path file = directory.resolve("rapid.yaml");
    Files.writeString(
        file,
        """
        functions:
          function: {command: %s}
          busy: {command: %s, concurrency: 1, timeout: 0}
        """
            .formatted(command, command));
    ProcessBuilder builder =
        SmallDisk.ofMebibytes(disk.toString(), 24)
            .command(
                "dd if=/dev/zero of=ballast bs=1M count=16 status=none",
                List.of(
                    Rapid.launcher("rapid"),
                    "serve",
                    "--listen=127.0.0.1:0",
                    "--config=" + file,
                    "--data-dir=" + data));
    String large = ScriptedRuntime.jsonString(200_000);
    try (Rapid rapid = Rapid.startServing(builder)) {
      URI busy = rapid.url().resolve("/2015-03-31/functions/busy/invocations");
      assertThat(event(busy, "\"sleep 600\"").statusCode()).isEqualTo(202);
      int accepted = 1;
      HttpResponse<String> answer = event(busy, large);
      while (answer.statusCode() == 202) {
        accepted++;
        answer = event(busy, large);
      }
      assertThat(accepted).isGreaterThan(1);
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains(data.toString(), "the disk is full");
      rapid.awaitMessage("the disk is full");
      assertThat(rapid.messages()).doesNotContain("\tat ", "Exception");
      assertThat(rapid.invoke("{\"still\":\"here\"}").text()).isEqualTo("{\"still\":\"here\"}");

      Files.delete(Path.of("/proc/" + rapid.pid() + "/root" + disk.resolve("ballast")));
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(event(busy, large).statusCode()).isEqualTo(202));
      assertThat(waiting(rapid)).isGreaterThan(accepted);
    }
  }

  private static int waiting(Rapid rapid) throws IOException {
    String page = Http.get(rapid.url().resolve("/_rapid/async?limit=1000")).text();
    return new ObjectMapper().readTree(page).at("/entries").size();
  }

  @Test
  void a_schema_of_a_newer_rapid() throws Exception {
    Path data = directory.resolve("data");
    try (Rapid rapid = Rapid.startServing(new ProcessBuilder(serving(data)))) {
      assertThat(event(rapid, "{}").statusCode()).isEqualTo(202);
    }
    changeDatabase(data, "INSERT INTO rapid_schema (version) VALUES (1000)");
    try (Rapid rapid = Rapid.startServing(new ProcessBuilder(serving(data)))) {
      assertOnlyEventsFail(rapid, data.toString(), "version 1000", "newer Rapid");
    }
  }

  /** With the database that the program has. */
  private static void changeDatabase(Path data, String statement) throws IOException {
    try (Stream<Path> jars = Files.walk(Path.of(Rapid.shipped("")))) {
      Path h2 =
          jars.filter(jar -> jar.getFileName().toString().startsWith("h2-"))
              .findFirst()
              .orElseThrow();
      Command.Result changed =
          Command.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  h2.toString(),
                  "org.h2.tools.Shell",
                  "-url",
                  "jdbc:h2:file:" + data.resolve("queue"),
                  "-user",
                  "rapid",
                  "-sql",
                  statement)
              .run();
      assertThat(changed.exit()).as(changed.out() + changed.err()).isZero();
    }
  }

  @Test
  void a_wrong_password() throws Exception {
    Path configuration = Command.ROOT.resolve("examples/cluster/rapid.yaml");
    try (Cluster cluster = Cluster.start(directory, configuration, List.of("postgres"))) {
      List<String> words = new ArrayList<>(List.of("env", "RAPID_QUEUE_PASSWORD=guessed"));
      words.addAll(List.of(Rapid.launcher("rapid"), "serve", "--listen=127.0.0.1:0"));
      words.addAll(List.of("--queue-url=" + cluster.databaseUrl(), "--"));
      words.addAll(ScriptedRuntime.command());
      try (Rapid rapid = Rapid.startServing(new ProcessBuilder(words))) {
        assertOnlyEventsFail(rapid, "password authentication failed", "127.0.0.1");
        assertThat(rapid.messages()).doesNotContain("guessed");
      }
    }
  }
}
