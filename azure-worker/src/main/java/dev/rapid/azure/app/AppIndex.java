package dev.rapid.azure.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rapid.azure.app.AppFunction.IndexingFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the functions of an app by their {@code function.json} files, as the host does when the
 * worker does not (contract azure-functions-worker, section 10.1), and checks those that a worker
 * describes (contract azure-functions-worker, section 6.2).
 *
 * @param appDirectory the root of the app, absolute
 */
public record AppIndex(Path appDirectory) implements FunctionIndex {

  /** The type of the error of a function whose {@code function.json} cannot be used. */
  public static final String INVALID = "Function.InvalidConfiguration";

  private static final String FILE = "function.json";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,127}");
  private static final String RESERVED = "host";
  private static final String NAME_RULE =
      "the name of a function is a letter and at most 127 letters, digits, _ or -, and not host";

  /** What the file of a function is called, if there are several; the first is preferred. */
  private static final List<Pattern> PRIMARY_FILES =
      List.of(Pattern.compile("run\\..*"), Pattern.compile("index\\.[mc]?js|__init__\\.py"));

  private static final Set<String> SOURCES = Set.of("attributes", "config");

  /** Returns whether the app has functions that the host finds. */
  public boolean hasFunctions() {
    try {
      return !directories().isEmpty();
    } catch (InvalidAppException e) {
      return false;
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>They are sorted by name; those that are disabled come last. A function whose file cannot be
   * used has a {@link AppFunction#failure failure} and may lack the rest.
   */
  @Override
  public List<AppFunction> ofHost() throws InvalidAppException {
    List<AppFunction> enabled = new ArrayList<>();
    List<AppFunction> disabled = new ArrayList<>();
    for (Path directory : directories()) {
      try {
        JsonFile file = JsonFile.read(directory.resolve(FILE));
        boolean isDisabled = flag(file, "disabled");
        (isDisabled ? disabled : enabled).add(function(directory, file));
      } catch (InvalidAppException e) {
        enabled.add(failed(directory, String.valueOf(e.getMessage())));
      }
    }
    return Stream.concat(enabled.stream(), disabled.stream()).toList();
  }

  @Override
  public AppFunction ofWorker(ReportedFunction reported) throws InvalidAppException {
    List<Binding> bindings = List.of();
    try {
      if (!isName(reported.name())) {
        throw new InvalidAppException(NAME_RULE);
      }
      bindings = Bindings.parse(reported.rawBindings());
    } catch (InvalidAppException e) {
      if (reported.failure() == null) {
        throw new InvalidAppException("Function '" + reported.name() + "': " + e.getMessage());
      }
    }
    return new AppFunction(
        reported.id(),
        reported.name(),
        reported.directory(),
        reported.scriptFile(),
        reported.entryPoint(),
        bindings,
        reported.properties(),
        true,
        reported.retry(),
        reported.failure());
  }

  private static boolean isName(String name) {
    return NAME.matcher(name).matches() && !name.equalsIgnoreCase(RESERVED);
  }

  private List<Path> directories() throws InvalidAppException {
    try (Stream<Path> entries = Files.list(appDirectory)) {
      return entries
          .filter(each -> Files.isRegularFile(each.resolve(FILE)))
          .sorted()
          .map(Path::toAbsolutePath)
          .toList();
    } catch (IOException e) {
      throw new InvalidAppException(appDirectory + ": the functions cannot be listed: " + e);
    }
  }

  private static AppFunction function(Path directory, JsonFile file) throws InvalidAppException {
    String name = nameOf(directory);
    if (!isName(name)) {
      throw file.invalid("'" + name + "': " + NAME_RULE + "; rename the directory");
    }
    String source = file.text(file.root(), "configurationSource");
    if (source != null && !SOURCES.contains(source.toLowerCase(Locale.ROOT))) {
      throw file.invalid(
          "configurationSource is '" + source + "'; it must be attributes or config");
    }
    JsonNode described = file.member("bindings");
    if (described != null && !described.isArray()) {
      throw file.invalid("bindings must be a list");
    }
    List<Binding> bindings;
    try {
      bindings = Bindings.of(described == null ? List.of() : described);
    } catch (InvalidAppException e) {
      throw file.invalid(String.valueOf(e.getMessage()));
    }
    String entryPoint = file.text(file.root(), "entryPoint");
    return new AppFunction(
        UUID.randomUUID().toString(),
        name,
        directory.toString(),
        scriptFile(directory, file),
        entryPoint == null ? "" : entryPoint,
        bindings,
        Map.of(),
        false,
        retry(file),
        null);
  }

  private static AppFunction failed(Path directory, String message) {
    return new AppFunction(
        UUID.randomUUID().toString(),
        nameOf(directory),
        directory.toString(),
        "",
        "",
        List.of(),
        Map.of(),
        false,
        null,
        new IndexingFailure(INVALID, message, null));
  }

  private static String nameOf(Path directory) {
    return String.valueOf(directory.getFileName());
  }

  /** Old files name a setting of the app that says whether it is disabled; here none does. */
  private static boolean flag(JsonFile file, String name) {
    JsonNode member = file.member(name);
    return member != null && member.asBoolean();
  }

  private static String scriptFile(Path directory, JsonFile file) throws InvalidAppException {
    String given = file.text(file.root(), "scriptFile");
    if (given != null && !given.isEmpty()) {
      Path script = directory.resolve(given).normalize();
      if (!Files.isRegularFile(script)) {
        throw file.invalid("scriptFile '" + given + "' does not exist; it would be " + script);
      }
      return script.toString();
    }
    Path primary = primaryFile(directory, file);
    return primary == null ? "" : primary.toString();
  }

  /** Which of the files beside {@code function.json} is the function. */
  private static @Nullable Path primaryFile(Path directory, JsonFile file)
      throws InvalidAppException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files =
          entries
              .filter(each -> Files.isRegularFile(each) && !nameOf(each).equalsIgnoreCase(FILE))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw file.invalid("the files beside it cannot be listed: " + e);
    }
    if (files.size() == 1) {
      return files.getFirst();
    }
    return PRIMARY_FILES.stream()
        .flatMap(wanted ->
            files.stream()
                .filter(each -> wanted.matcher(nameOf(each).toLowerCase(Locale.ROOT)).matches()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable RetryOptions retry(JsonFile file) throws InvalidAppException {
    JsonNode retry = file.member("retry");
    if (retry == null) {
      return null;
    }
    if (!retry.isObject()) {
      throw file.invalid("retry must be an object");
    }
    String strategy = file.text(retry, "strategy");
    JsonNode count = JsonFile.member(retry, "maxRetryCount");
    if (count == null || !count.canConvertToInt()) {
      throw file.invalid("retry needs maxRetryCount, a number; -1 is for ever");
    }
    if ("fixedDelay".equalsIgnoreCase(strategy)) {
      Duration delay = needed(file, retry, "delayInterval");
      return new RetryOptions(count.intValue(), delay, null, null);
    }
    if ("exponentialBackoff".equalsIgnoreCase(strategy)) {
      return new RetryOptions(
          count.intValue(),
          null,
          needed(file, retry, "minimumInterval"),
          needed(file, retry, "maximumInterval"));
    }
    throw file.invalid("the strategy of retry must be fixedDelay or exponentialBackoff");
  }

  private static Duration needed(JsonFile file, JsonNode retry, String name)
      throws InvalidAppException {
    Duration time = file.time(retry, name);
    if (time == null) {
      throw file.invalid("retry needs " + name + ", a time such as \"00:00:10\"");
    }
    return time;
  }
}
