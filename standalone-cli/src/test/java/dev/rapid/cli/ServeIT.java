package dev.rapid.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real program, because signals and exit statuses are part of what is tested. */
@Timeout(60)
class ServeIT {

  private static final Pattern URL = Pattern.compile("curl -d '\\{}' (http://[^/]*)(/\\S*)");

  /** A full pipe holds more than this, also if short lines have left gaps in its pages. */
  private static final int PIPE_BYTES = 16 * 1024;

  /** How many lines of the log are more than a pipe takes. */
  private static final int MORE_THAN_FIT = 1500;

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();

  /** Waits, too, so that nobody writes into the directory while it is deleted. */
  @AfterEach
  void end() throws InterruptedException {
    client.close();
    for (Process process : processes) {
      List<ProcessHandle> family = process.descendants().toList();
      process.destroy();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      for (ProcessHandle member : family) {
        member.destroyForcibly();
        while (runs(member)) {
          Thread.onSpinWait();
        }
      }
    }
  }

  /** A process that is dead but not collected yet by its new parent counts as alive in Java. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  @Test
  void callers_get_answers_until_sigterm_which_is_a_success() throws Exception {
    Runtimes.echo(directory);
    Rapid rapid = start("serve", "--listen", "127.0.0.1:0", "--env", "GREETING=hi", "--", "./echo");

    assertThat(rapid.invoke("{\"n\":1}").get().body())
        .isEqualTo("{\"event\":{\"n\":1},\"greeting\":\"hi\"}");
    assertThat(rapid.get("/_rapid/wait?for=ready&timeout=10s").statusCode()).isEqualTo(200);
    assertThat(invokeByCommand(rapid)).isEqualTo(0);
    rapid.process.destroy();

    assertThat(rapid.process.waitFor()).isEqualTo(0);
    assertThat(Files.readString(directory.resolve("out")).lines().map(l -> l.split(" ", 2)[0]))
        .startsWith("init", "START", "handling", "END", "REPORT", "START");
  }

  private int invokeByCommand(Rapid rapid) {
    Shells shell = Shells.in(directory);
    int status = shell.run("invoke", "--url", rapid.url, "--event", "2");
    assertThat(shell.out()).isEqualTo("{\"event\":2,\"greeting\":\"hi\"}");
    return status;
  }

  @Test
  void a_running_caller_gets_500_and_no_process_is_left_after_sigterm() throws Exception {
    Runtimes.sleeping(directory);
    Rapid rapid = start("serve", "--listen", "127.0.0.1:0", "--", "./sleeping");
    List<ProcessHandle> family = rapid.process.descendants().toList();
    CompletableFuture<HttpResponse<String>> answer = rapid.invoke("{}");
    rapid.awaitOutput("sleeping");

    rapid.process.destroy();

    assertThat(answer.get().statusCode()).isEqualTo(500);
    assertThat(rapid.process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(rapid.process.exitValue()).isEqualTo(0);
    assertThat(family).isNotEmpty().noneMatch(ServeIT::runs);
  }

  @Test
  void unpacked_code_is_deleted_at_sigterm() throws Exception {
    archiveOfEcho();
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    Rapid rapid =
        start(
            List.of("-Djava.io.tmpdir=" + scratch),
            List.of("serve", "--listen=127.0.0.1:0", "--runtime=provided", "--code=code.zip"));
    assertThat(rapid.invoke("1").get().statusCode()).isEqualTo(200);
    assertThat(scratch).isNotEmptyDirectory();

    rapid.process.destroy();

    assertThat(rapid.process.waitFor()).isEqualTo(0);
    assertThat(scratch).isEmptyDirectory();
  }

  private Path archiveOfEcho() throws IOException {
    Path archive = directory.resolve("code.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("bootstrap"));
      Files.copy(Runtimes.echo(directory), zip);
    }
    return archive;
  }

  @Test
  void a_function_goes_on_as_before_while_its_archive_is_written() throws Exception {
    Path archive = archiveOfEcho();
    Files.writeString(
        directory.resolve("template.yaml"),
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Echo:
            Type: AWS::Serverless::Function
            Properties: {Runtime: provided.al2023, Handler: any, CodeUri: code.zip}
        """);
    Rapid rapid = start("serve", "--template=.", "--watch", "--listen=127.0.0.1:0");
    assertThat(rapid.invoke("1").get().body()).startsWith("{\"event\":1");

    Files.writeString(archive, "half of it");
    await().until(() -> rapid.err().contains("function 'Echo' goes on as before"));

    assertThat(rapid.invoke("2").get().body()).startsWith("{\"event\":2");
  }

  @Test
  void a_function_that_cannot_be_initialised_is_one_clear_line_and_it_serves_nevertheless()
      throws Exception {
    Rapid rapid = start("serve", "--listen", "127.0.0.1:0", "--", "./nothing");

    HttpResponse<String> answer = rapid.invoke("{}").get();

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Amz-Function-Error")).contains("Unhandled");
    assertThat(answer.body()).contains("Runtime.InvalidEntrypoint");
    assertThat(rapid.err())
        .contains("rapid: error: init failed: fork/exec ")
        .contains("rapid: not initialised: function 'function' at http://127.0.0.1:");
  }

  @Test
  void a_runtime_that_the_user_starts_is_waited_for() throws Exception {
    Runtimes.echo(directory);
    Rapid rapid = start("serve", "--listen", "127.0.0.1:0", "--runtime-api-address", "127.0.0.1:0");
    assertThat(rapid.get("/_rapid/ready").statusCode()).isEqualTo(503);
    CompletableFuture<HttpResponse<String>> answer = rapid.invoke("{}");

    String api =
        find(rapid.err(), Pattern.compile("(?m)^export AWS_LAMBDA_RUNTIME_API=(\\S+)$"), 1);
    ProcessBuilder runtime = new ProcessBuilder("./echo").directory(directory.toFile());
    runtime.environment().put("AWS_LAMBDA_RUNTIME_API", api);
    processes.add(runtime.redirectOutput(directory.resolve("runtime").toFile()).start());

    assertThat(answer.get().body()).isEqualTo("{\"event\":{},\"greeting\":\"\"}");
    assertThat(rapid.get("/_rapid/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void each_function_of_a_file_is_served_at_its_name() throws Exception {
    Runtimes.echo(directory);
    Files.writeString(
        directory.resolve("rapid.yaml"),
        """
        listen: 127.0.0.1:0
        runtime-api-address: 127.0.0.1:0
        functions:
          one: {command: ./echo, env: {GREETING: "1"}}
          two: {command: ./echo, env: {GREETING: "2"}}
          broken: {command: ./nothing}
          mine:
          yours:
        """);

    Rapid rapid = start("serve", "--config", "rapid.yaml");

    await()
        .untilAsserted(() ->
            assertThat(rapid.err())
                .contains("5 functions at " + rapid.url)
                .contains(
                    "\n  curl -d '{}' " + rapid.url + "/2015-03-31/functions/two/invocations\n")
                .contains("/functions/broken/invocations  (not initialised)\n")
                .containsPattern(
                    "waiting for its runtime: export AWS_\\S+.*"
                        + " AWS_LAMBDA_RUNTIME_API=127\\.0\\.0\\.1:\\d+/mine"));
    for (String name : List.of("one", "two")) {
      Shells shell = Shells.in(directory);
      int status = shell.run("invoke", "--url", rapid.url, "--function-name", name, "--event", "3");
      assertThat(status).isEqualTo(0);
      assertThat(shell.out())
          .isEqualTo("{\"event\":3,\"greeting\":\"" + (name.equals("one") ? 1 : 2) + "\"}");
    }
    rapid.process.destroy();
    assertThat(rapid.process.waitFor()).isEqualTo(0);
  }

  @Test
  void streams_that_nobody_reads_stop_neither_callers_nor_the_end() throws Exception {
    Runtimes.noisy(directory);
    String callers = freeAddress();
    String control = freeAddress();
    Process process =
        new ProcessBuilder(
                commandLine(
                    List.of(),
                    "serve",
                    "--listen",
                    callers,
                    "--control-api",
                    "--control-api-address",
                    control,
                    "--",
                    "./noisy"))
            .directory(directory.toFile())
            .start();
    processes.add(process);
    Rapid rapid = rapid(process, callers);
    rapid.awaitAnswer();
    assertThat(rapid.invoke("1").get().body()).isEqualTo("1");

    int refused = 0;
    Rapid controlled = rapid(process, control);
    while (process.getErrorStream().available() < PIPE_BYTES || refused < MORE_THAN_FIT) {
      assertThat(controlled.get("/wrong").statusCode()).isEqualTo(404);
      refused++;
    }

    assertThat(rapid.get("/_rapid/live").statusCode()).isEqualTo(200);
    assertThat(rapid.invoke("2").get().body()).isEqualTo("2");
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(0);
  }

  @Test
  void rapid_takes_the_place_of_rie() throws Exception {
    Runtimes.echo(directory);
    // RIE says nothing about where it listens, so the test must choose.
    String address = freeAddress();
    Process process =
        launch(
            List.of("-Drapid.program=aws-lambda-rie"),
            "--runtime-interface-emulator-address",
            address,
            "--runtime-api-address",
            "127.0.0.1:0",
            "--log-level=debug",
            "./echo",
            "app.handler");
    try (BufferedReader err = process.errorReader(UTF_8)) {
      assertThat(err.readLine())
          .endsWith("[INFO] (rapid) exec './echo' (cwd=" + directory + ", handler=app.handler)");
      for (String line = err.readLine(); !line.contains("listening on"); line = err.readLine()) {
        // What libraries say is not of interest.
      }
      Rapid rapid = rapid(process, address);
      assertThat(rapid.invoke("1").get().body()).isEqualTo("{\"event\":1,\"greeting\":\"\"}");
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(0);
    }
  }

  @Test
  void in_place_of_rie_a_subscriber_without_an_identifier_is_answered_as_rie_does()
      throws Exception {
    Runtimes.echo(directory);
    String callers = freeAddress();
    String api = freeAddress();
    Process process =
        launch(
            List.of("-Drapid.program=aws-lambda-rie"),
            "--runtime-interface-emulator-address",
            callers,
            "--runtime-api-address",
            api,
            "./echo");
    rapid(process, callers).awaitAnswer();

    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create("http://" + api + "/2022-07-01/telemetry"))
                .PUT(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).contains("Telemetry.NotSupported");
  }

  private static String freeAddress() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  private Rapid rapid(Process process, String address) {
    return new Rapid(
        process,
        "http://" + address,
        "/2015-03-31/functions/function/invocations",
        directory.resolve("out"),
        new ConcurrentLinkedQueue<>());
  }

  /** Starts the program and waits until it says where it is. */
  private Rapid start(String... args) throws IOException {
    return start(List.of(), List.of(args));
  }

  private Rapid start(List<String> options, List<String> args) throws IOException {
    Process process = launch(options, args.toArray(String[]::new));
    Queue<String> lines = new ConcurrentLinkedQueue<>();
    BufferedReader err = process.errorReader(UTF_8);
    while (!URL.matcher(String.join("\n", lines)).find()) {
      String line = err.readLine();
      if (line == null) {
        throw new AssertionError("Rapid ended: " + lines);
      }
      lines.add(line);
    }
    Thread.ofPlatform().daemon().start(() -> err.lines().forEach(lines::add));
    String text = String.join("\n", lines);
    return new Rapid(
        process, find(text, URL, 1), find(text, URL, 2), directory.resolve("out"), lines);
  }

  private Process launch(List<String> options, String... args) throws IOException {
    Process process =
        new ProcessBuilder(commandLine(options, args))
            .directory(directory.toFile())
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    processes.add(process);
    return process;
  }

  private static List<String> commandLine(List<String> options, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.rapid.cli.Main"));
    command.addAll(List.of(args));
    return command;
  }

  private static String find(String text, Pattern pattern, int group) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(group);
  }

  /** A program that runs. */
  private final class Rapid {

    private final Process process;
    private final String url;
    private final String path;
    private final Path out;
    private final Queue<String> err;

    Rapid(Process process, String url, String path, Path out, Queue<String> err) {
      this.process = process;
      this.url = url;
      this.path = path;
      this.out = out;
      this.err = err;
    }

    CompletableFuture<HttpResponse<String>> invoke(String event) {
      return client.sendAsync(
          HttpRequest.newBuilder(URI.create(url + path))
              .version(HttpClient.Version.HTTP_1_1)
              .POST(HttpRequest.BodyPublishers.ofString(event))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String what) throws IOException, InterruptedException {
      return client.send(
          HttpRequest.newBuilder(URI.create(url + what)).build(),
          HttpResponse.BodyHandlers.ofString());
    }

    void awaitAnswer() throws InterruptedException {
      while (true) {
        try {
          if (get("/_rapid/live").statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // It does not listen yet.
        }
      }
    }

    void awaitOutput(String text) throws IOException {
      while (!Files.readString(out).contains(text)) {
        Thread.onSpinWait();
      }
    }

    String err() {
      return String.join("\n", err);
    }
  }
}
