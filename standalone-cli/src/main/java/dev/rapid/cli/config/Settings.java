package dev.rapid.cli.config;

import dev.rapid.cli.config.api.ApiReader;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import dev.rapid.emulator.settings.FnSettings;
import dev.rapid.emulator.settings.FrontEnd;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.Listeners;
import dev.rapid.emulator.settings.NodeRole;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.TotalMemory;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.Route;
import dev.rapid.invokeapi.url.WebPages;
import dev.rapid.queue.store.StoreSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns the options of a command line, an environment and a configuration file into typed settings.
 * {@link Values} decides which place takes precedence; {@link FunctionOptions} reads one function.
 *
 * <p>The functions are those of the file, or the one of the command line.
 *
 * <p>All methods throw {@link UsageException} if a value is wrong; the message names its origin.
 */
public final class Settings {

  /** The variable by which a runtime learns how many invocations it may run at once. */
  public static final String MAX_CONCURRENCY_VARIABLE = "AWS_LAMBDA_MAX_CONCURRENCY";

  private final Arguments arguments;
  private final ProcessContext context;
  private final LazyRuntimes runtimes;
  private final Values values;

  /**
   * Creates settings from a command line, and reads the configuration file or the template if there
   * is one.
   *
   * @param runtimes what makes commands of managed runtimes; the caller closes it
   * @throws UsageException if the file cannot be read or contains something wrong
   */
  public Settings(Arguments arguments, ProcessContext context, LazyRuntimes runtimes) {
    this.arguments = arguments;
    this.context = context;
    this.runtimes = runtimes;
    this.values = Values.read(arguments, context);
  }

  /** Returns settings without a command line and without functions. */
  public static Settings ofEnvironment(ProcessContext context) {
    return new Settings(Arguments.NONE, context, new LazyRuntimes(context.environment()));
  }

  /**
   * Returns the same settings as they are now, after a change of the file or of the code.
   *
   * @throws UsageException if the file cannot be read or contains something wrong
   */
  public Settings readAgain() {
    return new Settings(arguments, context, runtimes);
  }

  /** Returns what makes commands of managed runtimes. */
  public LazyRuntimes runtimes() {
    return runtimes;
  }

  /** Returns the value of an option that has a default or may be given several times. */
  public <T> T get(Option<T> option) {
    return values.get(option);
  }

  /** Returns the value of an option, null if it has none. */
  public <T> @Nullable T find(Option<T> option) {
    return values.find(option);
  }

  /**
   * Returns the name that the user chose for Rapid, null if only the default or the function's
   * environment has one.
   */
  public @Nullable String chosenFunctionName() {
    return values.isChosen(Options.FUNCTION_NAME) ? get(Options.FUNCTION_NAME) : null;
  }

  /**
   * Returns whether files are watched: as the option says, or else if a file describes the
   * functions and a person looks on. A client of the control API decides itself.
   *
   * @param terminal whether stdin or stdout is a terminal
   */
  public boolean watchesFiles(boolean terminal) {
    if (get(Options.CONTROL_API)) {
      return false;
    }
    if (values.isChosen(ApiOptions.WATCH)) {
      return get(ApiOptions.WATCH);
    }
    return terminal && !files().isEmpty() && !context.environment().containsKey("CI");
  }

  /** Returns whether the command line has a command to run. */
  public boolean hasCommand() {
    return !arguments.command().isEmpty();
  }

  /** Returns whether the configuration file describes functions. */
  public boolean hasFunctions() {
    return !values.file().functions().isEmpty();
  }

  /**
   * Returns the text of the configuration file that the template stands for, null if there is no
   * template.
   */
  public @Nullable String textOfTemplate() {
    TemplateFile template = values.template();
    return template == null ? null : template.text();
  }

  /**
   * Returns the directory that {@link #textOfTemplate} is for, null if it is the current one or if
   * there is no template.
   */
  public @Nullable String otherDirectoryOfTemplate() {
    TemplateFile template = values.template();
    return template == null ? null : template.otherDirectory();
  }

  /** Returns what in the template could not be taken as it is, one line each. */
  public List<String> warningsOfTemplate() {
    TemplateFile template = values.template();
    return template == null ? List.of() : template.warnings();
  }

  /** Returns the files that say what the functions are: the configuration file or templates. */
  public List<Path> files() {
    TemplateFile template = values.template();
    if (template != null) {
      return template.files();
    }
    String name = values.file().name();
    return name.isEmpty() ? List.of() : List.of(context.directory().resolve(name));
  }

  // ------------------------------------------------------------------ the description

  /**
   * Returns the settings of {@code rapid serve}.
   *
   * @param messages gets what the user should know about the runtimes of functions
   */
  public ProgramSettings programToServe(Consumer<Message> messages) {
    List<FunctionOptions> options = functions();
    options.forEach(function -> function.messages().forEach(messages));
    List<FunctionSettings> functions = options.stream().map(FunctionOptions::toServe).toList();
    List<Api> apis = apis(functions);
    HostPort controlApi = get(Options.CONTROL_API_ADDRESS);
    boolean controlled = get(Options.CONTROL_API);
    HostPort functionUrl = find(Options.FUNCTION_URL_ADDRESS);
    if (functions.size() > 1 && controlled) {
      throw refuseForSeveral(Options.CONTROL_API, functions);
    }
    if (functions.size() > 1 && functionUrl != null) {
      throw refuseForSeveral(Options.FUNCTION_URL_ADDRESS, functions);
    }
    return new ProgramSettings(
        functions,
        apis,
        new Listeners(
            get(Options.LISTEN),
            functionUrl,
            controlled ? controlApi : null,
            apis.isEmpty() ? null : get(ApiOptions.API_ADDRESS)),
        frontEnd(),
        hosts(),
        Set.copyOf(get(Options.STRICT)),
        totalConcurrency(functions),
        totalMemory(functions),
        queue(),
        fnRunner());
  }

  /** Returns the front end for load balancers of Fn, null if the file has none. */
  private @Nullable FnSettings fnRunner() {
    Map<String, Value> ofFunctions = new LinkedHashMap<>();
    for (FunctionEntry entry : values.file().functions()) {
      Value fn = values.of(entry).find(FnOptions.FN);
      if (fn != null) {
        ofFunctions.put(entry.name(), fn);
      }
    }
    FnReader.refuseShared(ofFunctions);
    FnReader.Section section = values.fnRunner();
    return section == null ? null : section.runner();
  }

  /**
   * Returns the settings of {@code rapid invoke}. It has one function and no listener for callers,
   * and ignores the options of the front end.
   *
   * @param messages gets what the user should know about the runtime of the function
   */
  public ProgramSettings programToInvoke(Consumer<Message> messages) {
    return programOf(FunctionOptions::toInvoke, messages);
  }

  /**
   * Returns the settings of {@code rapid udf}. It has one function, which is exposed over stdin and
   * stdout, and no listener.
   *
   * @param messages gets what the user should know about the runtime of the function
   */
  public ProgramSettings programToExpose(Consumer<Message> messages) {
    return programOf(FunctionOptions::toExpose, messages);
  }

  private ProgramSettings programOf(
      Function<FunctionOptions, FunctionSettings> only, Consumer<Message> messages) {
    if (values.file().functions().size() > 1 && chosenFunctionName() == null) {
      throw new UsageException(
          values.file().name() + " has several functions: " + names(),
          "Choose one with " + Options.FUNCTION_NAME + ".");
    }
    List<FunctionOptions> functions = functions();
    if (functions.size() > 1 && !hasFunctions()) {
      throw new UsageException(
          "The app has several functions: "
              + String.join(", ", functions.stream().map(FunctionOptions::name).toList()),
          "Choose one with " + AzureOptions.AZURE_FUNCTION + ".");
    }
    functions.forEach(function -> function.messages().forEach(messages));
    return new ProgramSettings(
        List.of(only.apply(functions.getFirst())),
        List.of(),
        Listeners.callersAt(get(Options.LISTEN)),
        FrontEnd.DEFAULT,
        hosts(),
        Set.copyOf(get(Options.STRICT)),
        null,
        QueueSettings.DEFAULT);
  }

  /** Returns whether an environment enables SnapStart. */
  public static boolean isSnapStart(Map<String, String> environment) {
    return FunctionOptions.isSnapStart(environment);
  }

  /** Returns the functions: those of the file, or the one of the command line. */
  private List<FunctionOptions> functions() {
    List<FunctionEntry> entries = values.file().functions();
    if (entries.isEmpty()) {
      return FunctionOptions.ofCommandLine(values, context, runtimes, arguments.command());
    }
    if (!arguments.command().isEmpty()) {
      throw new UsageException(
          "There is a COMMAND, and " + values.file().name() + " has functions",
          "A function of the file has its own command; leave one out.");
    }
    String chosen = chosenFunctionName();
    List<FunctionOptions> functions =
        entries.stream()
            .filter(entry -> chosen == null || answersTo(entry, chosen))
            .map(entry -> FunctionOptions.of(entry, values, context, runtimes))
            .toList();
    if (functions.isEmpty()) {
      throw Options.FUNCTION_NAME.invalid(
          values.written(Options.FUNCTION_NAME),
          "is no function of " + values.file().name() + ", which has " + names());
    }
    return functions;
  }

  private boolean answersTo(FunctionEntry entry, String name) {
    return entry.name().equals(name) || namesOf(entry).contains(name);
  }

  private List<String> namesOf(FunctionEntry entry) {
    return values.of(entry).get(ManagedOptions.NAMES);
  }

  private String names() {
    return String.join(", ", values.file().functions().stream().map(FunctionEntry::name).toList());
  }

  private UsageException refuseForSeveral(Option<?> option, List<FunctionSettings> functions) {
    return option.invalid(
        values.written(option),
        "is for one function, and "
            + (hasFunctions() ? values.file().name() : "the app")
            + " has "
            + functions.size()
            + ": "
            + String.join(", ", functions.stream().map(FunctionSettings::name).toList()));
  }

  /**
   * Returns the limit of all functions together, null if there is none. As in the cloud, functions
   * cannot reserve more than there is.
   */
  private @Nullable Integer totalConcurrency(List<FunctionSettings> functions) {
    Integer total = find(Options.TOTAL_CONCURRENCY);
    int reserved =
        functions.stream()
            .map(function -> function.concurrency().reserved())
            .filter(Objects::nonNull)
            .mapToInt(Integer::intValue)
            .sum();
    if (total != null && reserved > total) {
      throw Options.TOTAL_CONCURRENCY.invalid(
          values.written(Options.TOTAL_CONCURRENCY),
          "is less than what is reserved (" + Options.RESERVED_CONCURRENCY + "), " + reserved);
    }
    return total;
  }

  /**
   * Returns how much memory sandboxes may have, null for no limit. A runner of Fn always has a
   * limit, as in Fn; unless one is chosen for all functions, only its own workers count.
   */
  private @Nullable TotalMemory totalMemory(List<FunctionSettings> functions) {
    Integer chosen = find(Options.TOTAL_MEMORY);
    if (chosen == null) {
      FnReader.Section fn = values.fnRunner();
      if (fn == null) {
        return null;
      }
      Integer ofWorkers = fn.totalMegabytes();
      return new TotalMemory(ofWorkers == null ? MachineMemory.forWorkers() : ofWorkers, false);
    }
    int provisioned = 0;
    for (FunctionSettings each : functions) {
      provisioned += each.concurrency().provisioned() * each.memoryMegabytes();
    }
    for (FunctionSettings each : functions) {
      if (each.isAttached()) {
        continue;
      }
      int one = each.concurrency().provisioned() > 0 ? 0 : each.memoryMegabytes();
      if (provisioned + one > chosen) {
        throw Options.TOTAL_MEMORY.invalid(
            values.written(Options.TOTAL_MEMORY),
            provisioned == 0
                ? "is less than the memory of function '"
                    + each.name()
                    + "' ("
                    + Options.MEMORY
                    + "), "
                    + one
                : "is less than provisioned sandboxes ("
                    + Options.PROVISIONED
                    + ") and one of each other function need, "
                    + (provisioned + one));
      }
    }
    return new TotalMemory(chosen, true);
  }

  /** Returns the APIs of the file, and the one of the option for routes. */
  private List<Api> apis(List<FunctionSettings> functions) {
    Value structure = find(ApiOptions.APIS);
    List<RawValue> routes = values.allWritten(ApiOptions.ROUTES);
    if (structure == null && routes.isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>(functions.stream().map(FunctionSettings::name).toList());
    for (FunctionEntry entry : values.file().functions()) {
      names.add(entry.name());
      names.addAll(namesOf(entry));
    }
    ApiReader reader = new ApiReader(names);
    List<Api> apis = new ArrayList<>(structure == null ? List.of() : reader.apis(structure));
    if (!routes.isEmpty()) {
      apis.add(ApiReader.ofRoutes(routes.stream().map(route -> route(reader, route)).toList()));
    }
    return apis;
  }

  private static Route route(ApiReader reader, RawValue written) {
    try {
      Map.Entry<String, String> route = Conversions.variable(written.text());
      return reader.route(route.getKey(), route.getValue());
    } catch (IllegalArgumentException e) {
      throw ApiOptions.ROUTES.invalid(written, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns the queue of asynchronous invocations. Only a database is shared: with another store no
   * other node would do what this one does not.
   */
  private QueueSettings queue() {
    Path directory = find(AsyncOptions.DATA_DIR);
    String url = find(AsyncOptions.QUEUE_URL);
    if (directory != null && url != null) {
      throw AsyncOptions.DATA_DIR.invalid(
          values.written(AsyncOptions.DATA_DIR),
          "does not go together with " + AsyncOptions.QUEUE_URL + ": events are in one place");
    }
    StoreSettings store =
        url != null
            ? new StoreSettings.InDatabase(url, find(AsyncOptions.QUEUE_PASSWORD))
            : directory != null
                ? new StoreSettings.InDirectory(directory)
                : new StoreSettings.InMemory();
    List<NodeRole> chosen = get(AsyncOptions.ROLES);
    Set<NodeRole> roles = Set.copyOf(chosen.isEmpty() ? List.of(NodeRole.values()) : chosen);
    if (url == null && roles.size() < NodeRole.values().length) {
      throw AsyncOptions.ROLES.invalid(
          values.written(AsyncOptions.ROLES),
          "needs " + AsyncOptions.QUEUE_URL + ", where other Rapids do the rest");
    }
    return new QueueSettings(store, roles, get(AsyncOptions.TIME_SCALE));
  }

  private FrontEnd frontEnd() {
    return new FrontEnd(
        get(Options.RESPONSE_SHAPING),
        get(Options.STREAM_ERRORS),
        get(AsyncOptions.ASYNC_DRAIN),
        find(Options.DRAIN_DELAY),
        new WebPages(find(Options.INVOKE_CORS), get(Options.ALLOWED_ORIGIN)),
        true);
  }

  /**
   * Returns the host names that requests may use, besides those that are always allowed. They
   * include the hosts that the user chose for listeners.
   */
  private List<String> hosts() {
    Stream<HostPort> listening =
        Stream.of(
                find(Options.LISTEN),
                find(Options.RUNTIME_API_ADDRESS),
                find(Options.CONTROL_API_ADDRESS),
                find(Options.FUNCTION_URL_ADDRESS))
            .filter(Objects::nonNull);
    return Stream.concat(get(Options.ALLOWED_HOST).stream(), listening.map(HostPort::host))
        .toList();
  }
}
