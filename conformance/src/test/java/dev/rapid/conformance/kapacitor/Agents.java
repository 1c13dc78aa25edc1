package dev.rapid.conformance.kapacitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rapid.conformance.Answer;
import dev.rapid.conformance.Command;
import dev.rapid.conformance.Rapid;
import dev.rapid.conformance.kapacitor.scripted.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * A Rapid whose functions have scripted agents as workers, one at a time each. What an agent does
 * is in {@code kapacitor/agent.py}.
 */
final class Agents implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path directory;
  private final Rapid rapid;

  private Agents(Path directory, Rapid rapid) {
    this.directory = directory;
    this.rapid = rapid;
  }

  static Setup at(Path directory) {
    return new Setup(directory);
  }

  /** Returns what starts the scripted agent. */
  static List<String> command(List<String> arguments) {
    return script("agent.py", arguments);
  }

  /** Returns what starts a script of the resources. */
  static List<String> script(String name, List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("python3", "-S", "-E"));
    words.add(Command.ROOT.resolve("conformance/src/test/resources/kapacitor/" + name).toString());
    words.addAll(arguments);
    return words;
  }

  /** Returns a YAML list of words. */
  static String flow(List<String> words) {
    return words.stream()
        .map(word -> "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** The functions of a Rapid that is not started yet. */
  static final class Setup {

    private final Path directory;
    private final StringBuilder text = new StringBuilder("concurrency: 1\nfunctions:\n");

    private Setup(Path directory) {
      this.directory = directory;
    }

    /**
     * Adds a function.
     *
     * @param arguments of the agent, {@code NAME=VALUE}; those that begin with {@code kapacitor.}
     *     or {@code function.} are lines of the function's mapping {@code kapacitor}, or of the
     *     function, {@code NAME: VALUE}
     */
    Setup function(String name, String... arguments) {
      List<String> own = new ArrayList<>();
      own.add("trace=" + trace(directory, name));
      List<String> lines = new ArrayList<>();
      for (String argument : arguments) {
        if (argument.startsWith("kapacitor.") || argument.startsWith("function.")) {
          lines.add(argument);
        } else {
          own.add(argument);
        }
      }
      return described(name, "command: " + flow(command(own)), lines);
    }

    /** Adds a function that says itself what it starts; an empty command is none. */
    Setup described(String name, String command, List<String> lines) {
      text.append("  ").append(name).append(":\n    contract: kapacitor-udf\n");
      if (!command.isEmpty()) {
        text.append("    ").append(command).append('\n');
      }
      StringBuilder kapacitor = new StringBuilder();
      for (String line : lines) {
        if (line.startsWith("kapacitor.")) {
          kapacitor.append("      ").append(line.substring("kapacitor.".length())).append('\n');
        } else {
          text.append("    ").append(line.substring("function.".length())).append('\n');
        }
      }
      if (!kapacitor.isEmpty()) {
        text.append("    kapacitor:\n").append(kapacitor);
      }
      return this;
    }

    Agents serve(String... options) {
      Path file = directory.resolve("rapid.yaml");
      try {
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      List<String> words = new ArrayList<>(List.of("--config=" + file, "--lazy-init"));
      words.addAll(List.of(options));
      return new Agents(directory, Rapid.serve(words.toArray(String[]::new)));
    }
  }

  static Path trace(Path directory, String function) {
    return directory.resolve(function + ".trace");
  }

  Rapid rapid() {
    return rapid;
  }

  /** Returns a path for a file that does not exist. */
  Path file(String name) {
    return directory.resolve(name);
  }

  Trace trace(String function) {
    return new Trace(trace(directory, function));
  }

  // ----------------------------------------------------------------- callers

  Answer invoke(String function, String event) {
    return begin(function, event).join();
  }

  CompletableFuture<Answer> begin(String function, String event) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(rapid.url() + "/2015-03-31/functions/" + function + "/invocations"))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofString(event))
            .build();
    long began = System.nanoTime();
    return client
        .sendAsync(request, BodyHandlers.ofByteArray())
        .thenApply(answer -> Answer.of(answer, Duration.ofNanos(System.nanoTime() - began)));
  }

  /** Invokes a function and returns what it answered; fails if it was not a success. */
  JsonNode result(String function, String event) {
    return result(invoke(function, event));
  }

  /** Returns what was answered; fails if it was not a success. */
  static JsonNode result(Answer answer) {
    assertThat(answer.functionError()).as(answer.toString()).isEmpty();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return parse(answer.text());
  }

  /** Invokes a function and returns its error; fails if it was a success. */
  Failure error(String function, String event) {
    return error(invoke(function, event));
  }

  /** Returns the error; fails if it was a success. */
  static Failure error(Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.functionError()).as(answer.toString()).isEqualTo("Unhandled");
    JsonNode error = parse(answer.text());
    return new Failure(
        error.path("errorType").asText(), error.path("errorMessage").asText(), answer.took());
  }

  /** A function error. */
  record Failure(String type, String message, Duration took) {}

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  /** Waits until a script has made a file. */
  static void awaitFile(String file) {
    await()
        .atMost(Rapid.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> Files.exists(Path.of(file)));
  }

  /** Makes a file that a script waits for. */
  static void touch(Path file) {
    try {
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    rapid.close();
  }
}
