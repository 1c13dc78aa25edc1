package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.templates.TemplateOptions;
import dev.rapid.templates.Templates;
import dev.rapid.templates.Translation;
import dev.rapid.templates.document.Position;
import dev.rapid.templates.document.Problem;
import dev.rapid.templates.document.TemplateException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The template of {@code --template}, which becomes a configuration file (decision 0027). What is
 * wrong in that file is reported at the place in the template.
 *
 * <p>Only this class knows the module {@code templates}: a start without a template loads none of
 * it.
 *
 * @param translation the text of the file, and what belongs to it
 * @param context the directory that names of files are shown relative to
 */
record TemplateFile(Translation translation, ProcessContext context) {

  /** Functions of a template start with their first invocation. */
  private static final String LAZY = Options.LAZY_INIT.key() + ": true\n";

  /**
   * Reads a template.
   *
   * @param name what the user calls it
   * @param values the options of the command line and the environment
   * @throws UsageException if it cannot be read or something in it is wrong
   */
  static TemplateFile read(String name, Values values, ProcessContext context) {
    try {
      Path file = context.directory().resolve(name);
      return new TemplateFile(Templates.read(file, options(values, context)), context);
    } catch (TemplateException e) {
      throw new UsageException(
          e.problems().stream()
              .map(problem -> shown(problem, context))
              .collect(Collectors.joining("\n")));
    } catch (InvalidPathException e) {
      throw new UsageException("Cannot read " + name + ": " + FileFaults.reason(e));
    }
  }

  private static TemplateOptions options(Values values, ProcessContext context) {
    TemplateOptions.Builder options =
        TemplateOptions.builder()
            .parameters(values.get(ManagedOptions.PARAMETER))
            .referenceValues(values.get(ManagedOptions.REFERENCE))
            .region(FunctionOptions.chosenRegion(values, List.of(context.environment())))
            .accountId(values.isChosen(Options.ACCOUNT_ID) ? values.get(Options.ACCOUNT_ID) : null)
            .callersEndpoint(reachable(values.get(Options.LISTEN)))
            .apiEndpoint(reachable(values.get(ApiOptions.API_ADDRESS)))
            .baseDirectory(values.find(ManagedOptions.BASE_DIR));
    Map<String, Map<String, String>> variables = values.find(ManagedOptions.ENV_VARS);
    if (variables != null) {
      variables.forEach(options::variables);
    }
    return options.build();
  }

  /** Returns the URL of an address; programs of this machine reach any of its addresses so. */
  private static String reachable(HostPort address) {
    boolean any = address.host().equals("0.0.0.0") || address.host().equals("::");
    return "http://" + (any ? new HostPort("127.0.0.1", address.port()) : address);
  }

  /** Returns the text of the configuration file. */
  String text() {
    return translation.yaml() + LAZY;
  }

  /** Returns what the file has. */
  ConfigFile parsed(String name) {
    return YamlFile.parse(name, text(), context.in(translation.directory()), this::place);
  }

  private String place(int line, int column) {
    List<Position> positions = translation.positions();
    Position position = positions.get(Math.min(line, positions.size()) - 1);
    return shown(position.file()) + ":" + position.line() + ":" + position.column();
  }

  /** Returns what could not be taken as it is, one line each. */
  List<String> warnings() {
    return translation.warnings().stream().map(problem -> shown(problem, context)).toList();
  }

  private String shown(Path file) {
    return shown(file, context);
  }

  /** Returns a file below the current directory without that directory. */
  private static String shown(Path file, ProcessContext context) {
    Path absolute = context.directory().resolve(file).normalize();
    return absolute.startsWith(context.directory()) && !absolute.equals(context.directory())
        ? context.directory().relativize(absolute).toString()
        : absolute.toString();
  }

  private static String shown(Problem problem, ProcessContext context) {
    return shown(problem.file(), context)
        + ":"
        + problem.line()
        + ":"
        + problem.column()
        + ": "
        + problem.message();
  }

  /**
   * Returns the directory at which the relative paths in {@link #text} start, null if it is the
   * current one.
   */
  @Nullable String otherDirectory() {
    Path start = translation.directory();
    return start.equals(context.directory()) ? null : shown(start);
  }

  /** Returns the files that were read. */
  List<Path> files() {
    return translation.files();
  }
}
