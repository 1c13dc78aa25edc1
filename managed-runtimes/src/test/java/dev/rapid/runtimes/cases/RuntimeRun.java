package dev.rapid.runtimes.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.runtimes.FunctionCode;
import dev.rapid.runtimes.Launch;
import dev.rapid.runtimes.ManagedRuntimes;
import dev.rapid.runtimes.UnusableRuntimeException;
import dev.rapid.runtimes.cases.RecordingRuntimeApi.Post;
import dev.rapid.runtimes.cases.RuntimeCase.ExpectedPost;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs one row in a process of a runtime and compares what it did. */
public final class RuntimeRun {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z]+)}");

  private final RuntimeCase row;
  private final Path taskRoot;
  private final Path temporary;

  /**
   * Prepares a row.
   *
   * @param taskRoot the directory of the handlers, without links in its path
   * @param temporary an empty directory
   */
  public RuntimeRun(RuntimeCase row, Path taskRoot, Path temporary) {
    this.row = row;
    this.taskRoot = taskRoot;
    this.temporary = temporary;
  }

  /** Starts the runtime as Rapid would, and checks everything that the row expects. */
  public void check(ManagedRuntimes runtimes, String runtime) {
    Map<String, String> headers = new HashMap<>();
    if (row.headers() != null) {
      headers.putAll(row.headers());
    }
    if (row.contentType() != null) {
      headers.put("Content-Type", row.contentType());
    }
    List<String> events = row.events() == null ? List.of("{}") : row.events();
    try (RecordingRuntimeApi api = new RecordingRuntimeApi(events, headers, row.posts().size())) {
      run(runtimes, row.runtime() == null ? runtime : row.runtime(), api);
    } catch (UnusableRuntimeException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run(ManagedRuntimes runtimes, String runtime, RecordingRuntimeApi api)
      throws UnusableRuntimeException, IOException, InterruptedException {
    Map<String, String> variables = row.environment() == null ? Map.of() : row.environment();
    Launch launch =
        runtimes.launch(
            new FunctionCode(
                "cases",
                runtime,
                row.handler(),
                new FunctionCode.Source.OnDisk(taskRoot),
                layers(),
                variables,
                512));
    File output = temporary.resolve("output").toFile();
    ProcessBuilder builder = new ProcessBuilder(launch.command());
    builder.directory(taskRoot.toFile());
    builder.redirectErrorStream(true).redirectOutput(output);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(launch.environment());
    environment.putAll(launch.variables());
    environment.putAll(reserved(api));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      awaitEnd(process, api);
      String log = Files.readString(output.toPath(), StandardCharsets.UTF_8);
      compare(process, api, log);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  private Map<String, String> reserved(RecordingRuntimeApi api) {
    Map<String, String> reserved = new HashMap<>();
    reserved.put("AWS_LAMBDA_RUNTIME_API", api.address());
    reserved.put("_HANDLER", row.handler());
    reserved.put("LAMBDA_TASK_ROOT", taskRoot.toString());
    reserved.put("AWS_REGION", "us-east-1");
    reserved.put("AWS_LAMBDA_FUNCTION_NAME", "cases");
    reserved.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    reserved.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
    reserved.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/cases");
    reserved.put("AWS_LAMBDA_LOG_STREAM_NAME", "a-stream");
    reserved.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    reserved.put("AWS_LAMBDA_LOG_FORMAT", row.format() == null ? "Text" : row.format());
    return reserved;
  }

  private List<Path> layers() throws IOException {
    if (row.layer() == null) {
      return List.of();
    }
    Path root = temporary.resolve("layer");
    for (var file : row.layer().entrySet()) {
      Path target = root.resolve(file.getKey());
      Files.createDirectories(target.resolveSibling("."));
      Files.writeString(target, file.getValue());
    }
    return List.of(root);
  }

  /** Waits until the runtime has ended or asks for an event that does not come. */
  private void awaitEnd(Process process, RecordingRuntimeApi api) throws InterruptedException {
    boolean ends = row.exit() != null || row.exitNot() != null;
    CompletableFuture<Process> exit = process.onExit();
    if (ends) {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
      return;
    }
    var unused = exit.thenRun(api.idle()::countDown);
    assertThat(api.idle().await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("it asks for the next event; it posted " + api.posts())
        .isTrue();
    // The body of a stream may end after the runtime has asked.
    if (process.isAlive()) {
      assertThat(api.posted().await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("it posts everything; it posted " + api.posts())
          .isTrue();
    }
  }

  private void compare(Process process, RecordingRuntimeApi api, String log) {
    String told = "output:\n" + log + "\nposts: " + api.posts() + "\n";
    boolean ends = row.exit() != null || row.exitNot() != null;
    assertThat(process.isAlive()).as(told + "whether it is alive").isEqualTo(!ends);
    if (row.exit() != null) {
      assertThat(process.exitValue()).as(told + "exit status").isEqualTo(row.exit());
    }
    if (row.exitNot() != null) {
      assertThat(process.exitValue()).as(told + "exit status").isNotEqualTo(row.exitNot());
    }
    List<Post> posts = api.posts();
    assertThat(posts.stream().map(Post::path))
        .as(told + "posts")
        .isEqualTo(row.posts().stream().map(ExpectedPost::path).toList());
    for (int i = 0; i < posts.size(); i++) {
      comparePost(posts.get(i), row.posts().get(i), told);
    }
    if (row.log() != null) {
      assertThat(log).as(told + "log").containsPattern(pattern(row.log(), 0));
    }
    if (row.noLog() != null) {
      assertThat(log).doesNotContain(row.noLog());
    }
  }

  private void comparePost(Post post, ExpectedPost expected, String told) {
    int index = post.requestId().isEmpty() ? 0 : Integer.parseInt(lastDigit(post.requestId()));
    assertThat(post.body()).as(told + "body").matches(pattern(expected.body(), index));
    Map<String, @Nullable String> headers =
        expected.headers() == null ? Map.of() : expected.headers();
    for (var header : headers.entrySet()) {
      if (header.getValue() == null) {
        assertThat(post.headers()).as(told).doesNotContainKey(header.getKey());
      } else {
        assertThat(post.headers()).as(told).containsEntry(header.getKey(), header.getValue());
      }
    }
    if (expected.trailers() != null) {
      assertThat(post.trailers().keySet()).as(told).containsAll(expected.trailers().keySet());
      expected
          .trailers()
          .forEach((name, value) ->
              assertThat(post.trailers().get(name)).as(told).matches(pattern(value, index)));
    }
    if (expected.decodedTrailer() != null) {
      String encoded = post.trailers().getOrDefault("lambda-runtime-function-error-body", "");
      assertThat(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
          .as(told + "error in the trailer")
          .matches(pattern(expected.decodedTrailer(), index));
    }
  }

  private static String lastDigit(String id) {
    return id.substring(id.length() - 1);
  }

  private Pattern pattern(String expected, int index) {
    List<String> parts = new ArrayList<>();
    Matcher placeholder = PLACEHOLDER.matcher(expected);
    int at = 0;
    while (placeholder.find()) {
      parts.add(Pattern.quote(expected.substring(at, placeholder.start())));
      parts.add(
          switch (placeholder.group(1)) {
            case "T" -> Pattern.quote(taskRoot.toString());
            case "ID" -> RecordingRuntimeApi.id(index);
            case "TIME" -> "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d";
            case "MILLIS" -> "\\d{1,3}";
            case "NUMBER" -> "\\d+";
            case "ANY" -> ".*?";
            default -> throw new IllegalArgumentException(placeholder.group());
          });
      at = placeholder.end();
    }
    parts.add(Pattern.quote(expected.substring(at)));
    return Pattern.compile(String.join("", parts), Pattern.DOTALL);
  }
}
