package dev.rapid.runtimes.cases;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rapid.runtimes.interpreter.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One row: what a handler does, and what the Runtime API and the log get from it.
 *
 * <p>Texts that are expected may have {@code ${T}} (the task root), {@code ${ID}} (the request id),
 * {@code ${TIME}}, {@code ${MILLIS}}, {@code ${NUMBER}} and {@code ${ANY}}.
 *
 * @param name what it shows
 * @param runtime the runtime that the function asks for, null for the test's own
 * @param runtimes which behaviours it is about, null for all
 * @param only {@code rapid} or {@code aws} if it runs with one of them alone, null for both
 * @param needs the lowest version of the interpreter, null for any
 * @param format {@code JSON}, null for text
 * @param handler the handler
 * @param events the payloads, null for one empty object
 * @param contentType the type of the payloads, null for JSON
 * @param headers more headers of the invocations
 * @param environment variables of the function
 * @param layer files of a layer, by their paths
 * @param posts what the runtime posts
 * @param exit how its process ends, null if it waits for the next event
 * @param exitNot a status with which its process does not end
 * @param log what its output contains, null if that does not matter
 * @param noLog what its output does not contain
 */
public record RuntimeCase(
    String name,
    @Nullable String runtime,
    @Nullable List<String> runtimes,
    @Nullable String only,
    @Nullable String needs,
    @Nullable String format,
    String handler,
    @Nullable List<String> events,
    @Nullable String contentType,
    @Nullable Map<String, String> headers,
    @Nullable Map<String, String> environment,
    @Nullable Map<String, String> layer,
    @JsonProperty(required = true) List<ExpectedPost> posts,
    @Nullable Integer exit,
    @Nullable Integer exitNot,
    @Nullable String log,
    @Nullable String noLog) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * What a runtime posts.
   *
   * @param path {@code response}, {@code error} or {@code init/error}
   * @param body the body, with placeholders
   * @param headers values by names in lower case, null for a header that must be missing
   * @param trailers values by names in lower case, with placeholders
   * @param decodedTrailer what the body trailer is in Base64, with placeholders
   */
  public record ExpectedPost(
      String path,
      String body,
      @Nullable Map<String, @Nullable String> headers,
      @Nullable Map<String, String> trailers,
      @Nullable String decodedTrailer) {}

  /** Returns whether the row is about a behaviour. */
  public boolean isAbout(String behaviour) {
    return runtimes == null || runtimes.contains(behaviour);
  }

  /** Returns whether an interpreter has what the row needs. */
  public boolean runsWith(Version version) {
    return needs == null || version.isAtLeast(Version.find(needs));
  }

  /** Returns the rows of a language. */
  public static List<RuntimeCase> of(String language) {
    try (InputStream in = resource(language, "cases.json").openStream()) {
      return JSON.readValue(in, new TypeReference<List<RuntimeCase>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the directory of the handlers of a language. */
  public static Path handlers(String language) {
    try {
      return Path.of(resource(language, "cases.json").toURI()).resolveSibling(".").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL resource(String language, String file) {
    return Objects.requireNonNull(RuntimeCase.class.getResource("/cases/" + language + "/" + file));
  }

  @Override
  public String toString() {
    return name + (format == null ? "" : " (" + format + ")");
  }
}
