package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses the arguments of a command, and prints its help, with picocli.
 *
 * <p>It builds picocli's model from {@link Option}, without annotations: that needs no reflection,
 * and builds only one command.
 */
public final class ArgumentParser {

  private static final int HELP_WIDTH = 100;

  static {
    // By default, picocli searches every jar for Groovy and prepares 30 types of values.
    System.setProperty("picocli.disable.closures", "true");
    System.setProperty("picocli.converters.excludes", "java[.](sql|time|nio)[.].*");
  }

  private ArgumentParser() {}

  /**
   * Parses the arguments after the command's name. Options end at the first other argument, or
   * after {@code --}.
   *
   * @throws UsageException if they are wrong
   */
  public static Arguments parse(Command command, List<String> args) {
    ParseResult result;
    try {
      result = commandLine(command).parseArgs(args.toArray(String[]::new));
    } catch (UnmatchedArgumentException e) {
      List<String> suggestions = e.getSuggestions();
      throw new UsageException(
          "There is no option '" + e.getUnmatched().getFirst() + "'",
          suggestions.isEmpty() ? null : "Did you mean " + suggestions.getFirst() + "?");
    } catch (ParameterException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Map<Option<?>, List<String>> options = new HashMap<>();
    for (OptionSpec matched : result.matchedOptions()) {
      if (matched.userObject() instanceof Option<?> option) {
        options.put(
            option,
            option.label() == null
                ? List.of(String.valueOf(matched.<Boolean>getValue()))
                : matched.originalStringValues());
      }
    }
    return new Arguments(
        options, result.matchedPositionalValue(0, List.of()), result.isUsageHelpRequested());
  }

  /**
   * Returns the help of a command.
   *
   * @param footer lines at its end, before the example
   */
  public static String help(Command command, List<String> footer) {
    CommandLine commandLine = commandLine(command);
    commandLine
        .getCommandSpec()
        .usageMessage()
        .width(HELP_WIDTH)
        .customSynopsis(command.synopsis())
        .description(command.summary(), command.remark())
        .sortOptions(false)
        .footer(footer(command, footer));
    StringWriter text = new StringWriter();
    commandLine.usage(new PrintWriter(text), Ansi.OFF);
    return text.toString();
  }

  private static String[] footer(Command command, List<String> footer) {
    return Stream.of(
            List.of(
                "",
                "Each option can also be an environment variable (--init-timeout is",
                "RAPID_INIT_TIMEOUT) or a key of the file of --config (init-timeout: 5; variables",
                "below 'env:', or env.NAME=VALUE in a .properties file). The command line counts"
                    + " more",
                "than the environment, the environment more than the file.",
                ""),
            footer,
            List.of("", "Example:", command.example()))
        .flatMap(List::stream)
        .toArray(String[]::new);
  }

  private static CommandLine commandLine(Command command) {
    CommandSpec spec = CommandSpec.create().name(Command.PROGRAM + " " + command.word());
    for (Option<?> option : Options.all()) {
      if (option.isIn(command)) {
        spec.addOption(optionSpec(option));
      }
    }
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .type(boolean.class)
            .arity("0")
            .description("Show this help.")
            .build());
    if (command.takesFunctionCommand()) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index("0..*")
              .arity("0..*")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel(Command.FUNCTION_COMMAND)
              .description("What runs the function, with its arguments.")
              .build());
    }
    if (command == Command.ASYNC) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .index("0..*")
              .arity("0..*")
              .type(List.class)
              .auxiliaryTypes(String.class)
              .paramLabel(Command.ACTION)
              .description("list, show, retry or purge, and ids of entries.")
              .build());
    }
    return new CommandLine(spec)
        .setStopAtPositional(command.takesFunctionCommand())
        .setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setAbbreviatedOptionsAllowed(false);
  }

  private static OptionSpec optionSpec(Option<?> option) {
    OptionSpec.Builder builder = OptionSpec.builder(option.flag()).userObject(option);
    String label = option.label();
    if (label == null) {
      return builder
          .type(boolean.class)
          .arity("0")
          .negatable(option.isNegatable())
          .description(option.help())
          .build();
    }
    String byDefault =
        option.defaultValue() == null || !option.functionVariables().isEmpty()
            ? ""
            : " Default: " + option.defaultValue() + ".";
    return builder
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(option.help() + byDefault)
        .build();
  }
}
