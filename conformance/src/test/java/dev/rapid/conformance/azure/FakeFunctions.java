package dev.rapid.conformance.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.azure.fake.FakeWorker;
import dev.rapid.conformance.azure.fake.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A Rapid whose functions have scripted workers. Each function has an app of its own with one
 * function, which is triggered by a queue unless the test says otherwise, and one worker at a time.
 */
final class FakeFunctions implements AutoCloseable {

  /** A queue item in, nothing out but what the function returns. */
  static final String QUEUE =
      "{\"name\": \"item\", \"type\": \"queueTrigger\", \"direction\": \"in\", \"queueName\":"
          + " \"q\"}";

  /** A request in, a response out. */
  static final String HTTP =
      """
      {"name": "req", "type": "httpTrigger", "direction": "in", "authLevel": "anonymous",
       "methods": ["get", "post"], "route": "things/{id?}"},
      {"name": "$return", "type": "http", "direction": "out"}\
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path directory;
  private final Rapid rapid;

  private FakeFunctions(Path directory, Rapid rapid) {
    this.directory = directory;
    this.rapid = rapid;
  }

  static Setup at(Path directory) {
    return new Setup(directory);
  }

  /** Starts a Rapid with one function, {@code function}. */
  static FakeFunctions of(Path directory, Class<? extends FakeWorker> worker, String... lines) {
    return at(directory).function("function", worker, lines).serve();
  }

  /** The functions of a Rapid that is not started yet. */
  static final class Setup {

    private final Path directory;
    private final StringBuilder text = new StringBuilder("concurrency: 1\nfunctions:\n");

    private Setup(Path directory) {
      this.directory = directory;
    }

    /**
     * Adds a function with a trigger of a queue.
     *
     * @param lines of the function, or of its mapping {@code azure} if they begin with {@code
     *     azure.}
     */
    Setup function(String name, Class<? extends FakeWorker> worker, String... lines) {
      return function(name, QUEUE, worker, lines);
    }

    /** Adds a function with these bindings. */
    Setup function(
        String name, String bindings, Class<? extends FakeWorker> worker, String... lines) {
      Path app = directory.resolve("apps").resolve(name);
      write(app.resolve("host.json"), "{\"version\": \"2.0\"}");
      write(app.resolve(name).resolve("run.txt"), "");
      write(app.resolve(name).resolve("function.json"), "{\"bindings\": [" + bindings + "]}");
      return described(name, command(worker, traces(directory, name)), app, lines);
    }

    /** Adds a function whose app has no {@code function.json}: its worker says what is there. */
    Setup indexed(String name, Class<? extends FakeWorker> worker, String... lines) {
      Path app = directory.resolve("apps").resolve(name);
      write(app.resolve("host.json"), "{\"version\": \"2.0\"}");
      return described(
          name,
          command(worker, traces(directory, name)),
          app,
          and("azure.indexing: worker", lines));
    }

    private static String command(Class<? extends FakeWorker> worker, Path traces) {
      return "command: " + flow(FakeProgram.command(worker, traces));
    }

    /** Adds a function that says itself what it starts, and where its app is. */
    Setup described(String name, String command, Path app, String... lines) {
      text.append("  ").append(name).append(":\n    contract: azure-functions\n");
      if (!command.isEmpty()) {
        text.append("    ").append(command).append('\n');
      }
      StringBuilder azure = new StringBuilder("    azure:\n      appDirectory: \"" + app + "\"\n");
      for (String line : lines) {
        if (line.startsWith("azure.")) {
          azure.append("      ").append(line.substring("azure.".length())).append('\n');
        } else {
          text.append("    ").append(line).append('\n');
        }
      }
      text.append(azure);
      return this;
    }

    FakeFunctions serve(String... options) {
      Path file = directory.resolve("rapid.yaml");
      write(file, text.toString());
      String[] words = new String[options.length + 1];
      words[0] = "--config=" + file;
      System.arraycopy(options, 0, words, 1, options.length);
      return new FakeFunctions(directory, Rapid.serve(words));
    }
  }

  private static String[] and(String line, String... lines) {
    String[] all = new String[lines.length + 1];
    all[0] = line;
    System.arraycopy(lines, 0, all, 1, lines.length);
    return all;
  }

  /** Returns a YAML list of words. */
  static String flow(List<String> words) {
    return words.stream()
        .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path traces(Path directory, String function) {
    return directory.resolve("traces").resolve(function);
  }

  // ----------------------------------------------------------------- callers

  Rapid rapid() {
    return rapid;
  }

  Path app(String function) {
    return directory.resolve("apps").resolve(function);
  }

  /** Returns the URL of a function, with a slash at its end. */
  URI url(String function) {
    return URI.create(rapid.url() + "/lambda-url/" + function + "/");
  }

  /** Returns a path for a file that does not exist. */
  Path file(String name) {
    return directory.resolve(name);
  }

  Answer invoke(String function, String event) {
    return begin(function, event).join();
  }

  CompletableFuture<Answer> begin(String function, String event) {
    return begin(function, event.getBytes(StandardCharsets.UTF_8));
  }

  CompletableFuture<Answer> begin(String function, byte[] event, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(rapid.url() + "/2015-03-31/functions/" + function + "/invocations"))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(event));
    if (headers.length > 0) {
      request.headers(headers);
    }
    long began = System.nanoTime();
    return client
        .sendAsync(request.build(), BodyHandlers.ofByteArray())
        .thenApply(answer -> Answer.of(answer, Duration.ofNanos(System.nanoTime() - began)));
  }

  /** Invokes a function and returns what it answered; fails if it was not a success. */
  String result(String function, String event) {
    Answer answer = invoke(function, event);
    assertThat(answer.functionError()).as(answer.toString()).isEmpty();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.text();
  }

  /** Invokes a function and returns its error; fails if it was a success. */
  String error(String function, String event) {
    Answer answer = invoke(function, event);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.functionError()).as(answer.toString()).isEqualTo("Unhandled");
    return answer.text();
  }

  // ----------------------------------------------------------------- workers

  /** Returns the traces of all processes of a function, in the order of their starts. */
  List<Trace> traces(String function) {
    return Trace.all(traces(directory, function));
  }

  /** Returns the trace of the process that was started last. */
  Trace latest(String function) {
    return traces(function).getLast();
  }

  /** Returns the trace of the only process. */
  Trace only(String function) {
    List<Trace> traces = traces(function);
    assertThat(traces).hasSize(1);
    return traces.getFirst();
  }

  /** Waits until some process of a function has seen something. */
  void awaitTrace(String function, Predicate<Trace> condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> traces(function).stream().anyMatch(condition));
  }

  /** Waits until a process has ended. */
  static void awaitEnd(Trace trace) {
    await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(
            () -> assertThat(trace.isAlive()).as("worker %s lives", trace.pid()).isFalse());
  }

  /** Waits until an invocation that says {@code hold PATH} runs, and returns its process. */
  static long awaitHeld(Path path) {
    Path held = path.resolveSibling(path.getFileName() + ".held");
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(held));
    try {
      return Long.parseLong(Files.readString(held));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets an invocation that says {@code hold PATH} end. */
  static void release(Path path) {
    write(path, "");
  }

  @Override
  public void close() {
    rapid.close();
  }
}
