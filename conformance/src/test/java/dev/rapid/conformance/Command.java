package dev.rapid.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program that runs to its end. */
public final class Command {

  /** The root of the repository. */
  public static final Path ROOT =
      Path.of(System.getProperty("rapid.root")).toAbsolutePath().normalize();

  private final ProcessBuilder builder;
  private Duration limit = Duration.ofSeconds(30);
  private byte[] input = {};

  private Command(List<String> words) {
    this.builder = new ProcessBuilder(words).directory(ROOT.toFile());
    cleanEnvironment(builder.environment());
  }

  /** What a program left. */
  public record Result(int exit, String out, String err) {}

  public static Command of(String... words) {
    return new Command(List.of(words));
  }

  /** Returns the packaged {@code rapid} with arguments. */
  public static Command rapid(String... args) {
    List<String> words = new ArrayList<>(List.of(Rapid.launcher("rapid")));
    words.addAll(List.of(args));
    return new Command(words);
  }

  /** What the person who runs the tests has set must not decide them. */
  public static void cleanEnvironment(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("RAPID_") || name.startsWith("AWS_"));
    environment.keySet().removeIf(name -> name.endsWith("_proxy") || name.endsWith("_PROXY"));
    environment.remove("PYTHONUNBUFFERED");
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("JDK_JAVA_OPTIONS");
  }

  public Command with(String variable, String value) {
    builder.environment().put(variable, value);
    return this;
  }

  public Command in(Path directory) {
    builder.directory(directory.toFile());
    return this;
  }

  public Command within(Duration time) {
    limit = time;
    return this;
  }

  public Command input(String text) {
    input = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** Runs it; fails if it does not end in time. */
  public Result run() {
    try {
      Process process = builder.start();
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      try (OutputStream in = process.getOutputStream()) {
        in.write(input);
      } catch (IOException e) {
        // It does not want its input.
      }
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            builder.command() + " did not end within " + limit + "; stderr:\n" + err.join());
      }
      return new Result(process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (stream) {
            text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
          } catch (IOException e) {
            text.complete("");
          }
        });
    return text;
  }

  /** Returns whether the search path has a program. */
  public static boolean exists(String program) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }
}
