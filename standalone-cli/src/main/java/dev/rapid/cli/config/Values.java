package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import dev.rapid.cli.config.value.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which value of an option takes precedence.
 *
 * <p>The order is: the command line, the environment, the function in the configuration file, the
 * top of the file, then for some options a variable of the function's environment ({@link
 * Option#functionVariables}), then the default. The function's own variables ({@link Options#ENV})
 * of all places are merged by name.
 */
final class Values {

  private final ProcessContext context;
  private final Environment environment;
  private final ConfigFile file;
  private final @Nullable TemplateFile template;

  /** The strongest first. */
  private final List<Source> places;

  private Values(
      Source commandLine,
      ProcessContext context,
      ConfigFile file,
      @Nullable TemplateFile template) {
    this.context = context;
    this.environment = new Environment(context.environment());
    this.file = file;
    this.template = template;
    this.places = List.of(commandLine, environment, file);
  }

  /**
   * Returns values with the configuration file or the template, if the command line or the
   * environment names one.
   *
   * @throws UsageException if the file cannot be read or something in it is wrong
   */
  static Values read(Source commandLine, ProcessContext context) {
    Values withoutFile = new Values(commandLine, context, ConfigFile.NONE, null);
    ConfigFile file = withoutFile.find(Options.CONFIG);
    String name = withoutFile.find(ManagedOptions.TEMPLATE);
    if (name == null) {
      withoutFile.refuseOptionsOfTemplates();
      return file == null ? withoutFile : new Values(commandLine, context, file, null);
    }
    if (file != null) {
      throw new UsageException(
          "There are " + Options.CONFIG + " and " + ManagedOptions.TEMPLATE,
          "'rapid config' makes a file of a template, which you can edit; leave one out.");
    }
    TemplateFile template = TemplateFile.read(name, withoutFile, context);
    return new Values(commandLine, context, template.parsed(name), template);
  }

  private void refuseOptionsOfTemplates() {
    for (Option<?> option :
        List.of(
            ManagedOptions.PARAMETER,
            ManagedOptions.REFERENCE,
            ManagedOptions.BASE_DIR,
            ManagedOptions.ENV_VARS)) {
      if (!places.getFirst().values(option).isEmpty()) {
        throw new UsageException(
            "There is " + option + " and no " + ManagedOptions.TEMPLATE,
            "Name the template that it is for.");
      }
    }
  }

  private Values(Values all, FunctionEntry function) {
    this.context = all.context;
    this.environment = all.environment;
    this.file = all.file;
    this.template = all.template;
    this.places = List.of(all.places.get(0), all.places.get(1), function, all.file);
  }

  /** Returns the values for a function in the file. */
  Values of(FunctionEntry function) {
    return new Values(this, function);
  }

  /** Returns the template that the configuration file was made from, null if there is none. */
  @Nullable TemplateFile template() {
    return template;
  }

  /** Returns the configuration file, {@link ConfigFile#NONE} if there is none. */
  ConfigFile file() {
    return file;
  }

  /**
   * Returns the value of an option that has a default, or may be given several times.
   *
   * @throws UsageException if the value is wrong
   */
  <T> T get(Option<T> option) {
    T value = find(option);
    if (value == null) {
      throw new IllegalStateException(option + " has no default");
    }
    return value;
  }

  /**
   * Returns the value of an option, null if it has none.
   *
   * @throws UsageException if the value is wrong
   */
  <T> @Nullable T find(Option<T> option) {
    List<RawValue> values = raw(option);
    return values.isEmpty() && !option.isRepeatable() ? null : option.read(values, context);
  }

  /**
   * Returns what the file says about the front end for load balancers of Fn, null if it has none.
   *
   * @throws UsageException if something is wrong
   */
  FnReader.@Nullable Section fnRunner() {
    Value structure = find(FnOptions.FN_RUNNER);
    if (structure == null) {
      return null;
    }
    Path ofFile = written(FnOptions.FN_RUNNER).origin().directory();
    return FnReader.section(structure, ofFile == null ? context.directory() : ofFile);
  }

  /** Returns whether the command line, the environment or the file has a value. */
  boolean isChosen(Option<?> option) {
    return !strongest(option, places).isEmpty();
  }

  /**
   * Returns the meaning of a value that was written for an option.
   *
   * @throws UsageException if the value is wrong
   */
  <T> T read(Option<T> option, RawValue written) {
    return option.read(List.of(written), context);
  }

  /**
   * Returns the value of an option as it was written, or its default.
   *
   * @throws IllegalStateException if it has none
   */
  RawValue written(Option<?> option) {
    List<RawValue> values = raw(option);
    if (values.isEmpty()) {
      throw new IllegalStateException(option + " has no value");
    }
    return values.getLast();
  }

  /** Returns the values of an option as they were written, empty if there are none. */
  List<RawValue> allWritten(Option<?> option) {
    return strongest(option, places);
  }

  private List<RawValue> raw(Option<?> option) {
    if (option == Options.ENV) {
      List<RawValue> all = new ArrayList<>();
      places.reversed().forEach(place -> all.addAll(place.values(option)));
      return all;
    }
    List<RawValue> chosen = strongest(option, places);
    if (!chosen.isEmpty()) {
      return chosen;
    }
    List<RawValue> ofFunction = environment.ofFunction(option);
    String otherwise = option.defaultValue();
    return !ofFunction.isEmpty() || otherwise == null
        ? ofFunction
        : List.of(new RawValue(otherwise, Origin.DEFAULT));
  }

  private static List<RawValue> strongest(Option<?> option, List<Source> places) {
    for (Source place : places) {
      List<RawValue> values = place.values(option);
      if (!values.isEmpty()) {
        return values;
      }
    }
    return List.of();
  }
}
