package dev.rapid.cli.config;

import dev.rapid.cli.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command lines of {@code rapid} for picocli.
 *
 * <p>Commands are built from {@link Option} and not from annotations: that needs no reflection, and
 * only the command that is asked for is built.
 */
public final class Syntax {

  public static final String PROGRAM = "rapid";

  private static final int HELP_WIDTH = 100;
  private static final String COMMAND = "COMMAND";

  private Syntax() {}

  /** The commands. */
  public enum Command {
    SERVE(
        "serve",
        Option.Scope.SERVE,
        "Runs a function and answers its callers until it is stopped.",
        "Without a COMMAND it waits for a runtime that you start yourself, for example in a"
            + " debugger.",
        "  rapid serve --timeout 3 -- python3 app.py"),
    INVOKE(
        "invoke",
        Option.Scope.INVOKE,
        "Runs a function, invokes it once and prints its response on stdout.",
        "All else goes to stderr. With --url it invokes a Rapid that runs already.",
        "  rapid invoke --event '{\"name\":\"world\"}' -- examples/bash/bootstrap");

    private final String word;
    private final Option.Scope scope;
    private final String summary;
    private final String remark;
    private final String example;

    Command(String word, Option.Scope scope, String summary, String remark, String example) {
      this.word = word;
      this.scope = scope;
      this.summary = summary;
      this.remark = remark;
      this.example = example;
    }

    public String word() {
      return word;
    }

    public String synopsis() {
      return PROGRAM + " " + word + " [OPTIONS] [--] [" + COMMAND + " [ARG...]]";
    }

    public static @Nullable Command of(String word) {
      for (Command command : values()) {
        if (command.word.equals(word)) {
          return command;
        }
      }
      return null;
    }
  }

  /**
   * A command line.
   *
   * @param flags the values of each option that is there; a switch has the value {@code true}
   * @param command the function's command, empty if there is none
   * @param help whether help is asked for; then nothing else was looked at
   */
  public record Parsed(Map<Option, List<String>> flags, List<String> command, boolean help) {}

  /**
   * Reads the arguments after the command's word. Options end at the first argument that is none,
   * or after {@code --}.
   *
   * @throws UsageException if they are wrong
   */
  public static Parsed parse(Command command, List<String> args) {
    Parsed plain = parsePlain(command, args);
    return plain == null ? parseWithPicocli(command, args) : plain;
  }

  /**
   * Reads a command line without anything unusual, or returns null. Picocli's classes are too old
   * for the virtual machine's archives of classes, so that loading them is a fifth of the time in
   * which Rapid starts; it is needed only to help and to explain what is wrong.
   */
  static @Nullable Parsed parsePlain(Command command, List<String> args) {
    Map<Option, List<String>> flags = new EnumMap<>(Option.class);
    int at = 0;
    while (at < args.size() && args.get(at).startsWith("-")) {
      String arg = args.get(at++);
      if (arg.equals("--")) {
        break;
      }
      int equals = arg.indexOf('=');
      Option option = option(command, equals < 0 ? arg : arg.substring(0, equals));
      if (option == null) {
        return null;
      }
      String value;
      if (option.label() == null) {
        if (equals >= 0) {
          return null;
        }
        value = "true";
      } else if (equals >= 0) {
        value = arg.substring(equals + 1);
      } else if (at < args.size() && !args.get(at).startsWith("-")) {
        value = args.get(at++);
      } else {
        return null;
      }
      List<String> values = flags.computeIfAbsent(option, first -> new ArrayList<>(1));
      if (option.label() == null) {
        values.clear();
      }
      values.add(value);
    }
    return new Parsed(flags, List.copyOf(args.subList(at, args.size())), false);
  }

  private static @Nullable Option option(Command command, String flag) {
    for (Option option : Option.values()) {
      if (option.isIn(command.scope) && option.flag().equals(flag)) {
        return option;
      }
    }
    return null;
  }

  /** Reads any command line, and says what is wrong with it. */
  static Parsed parseWithPicocli(Command command, List<String> args) {
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
    Map<Option, List<String>> flags = new EnumMap<>(Option.class);
    for (Option option : Option.values()) {
      if (option.isIn(command.scope) && result.hasMatchedOption(option.flag())) {
        flags.put(
            option,
            option.label() == null
                ? List.of("true")
                : result.matchedOption(option.flag()).originalStringValues());
      }
    }
    return new Parsed(
        flags, result.matchedPositionalValue(0, List.of()), result.isUsageHelpRequested());
  }

  /** Returns the help of a command. */
  public static String help(Command command) {
    StringWriter text = new StringWriter();
    commandLine(command).usage(new PrintWriter(text), Ansi.OFF);
    return text.toString();
  }

  /** Returns the help of the program. */
  public static String help() {
    StringBuilder text = new StringBuilder();
    text.append("Runs AWS Lambda functions on this machine.\n\nUsage:\n");
    for (Command command : Command.values()) {
      text.append("  ").append(command.synopsis()).append('\n');
      text.append("      ").append(command.summary).append('\n');
    }
    text.append("  rapid --help | --version\n\nExamples:\n");
    for (Command command : Command.values()) {
      text.append(command.example).append('\n');
    }
    text.append("\n'rapid serve --help' and 'rapid invoke --help' list the options.\n\n");
    for (String line : exitCodes()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static CommandLine commandLine(Command command) {
    CommandSpec spec = CommandSpec.create().name(PROGRAM + " " + command.word);
    for (Option option : Option.values()) {
      if (option.isIn(command.scope)) {
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
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel(COMMAND)
            .description("What runs the function, with its arguments.")
            .build());
    spec.usageMessage()
        .width(HELP_WIDTH)
        .customSynopsis(command.synopsis())
        .description(command.summary, command.remark)
        .sortOptions(false)
        .footer(footer(command));
    return new CommandLine(spec)
        .setStopAtPositional(true)
        .setExpandAtFiles(false)
        .setOverwrittenOptionsAllowed(true)
        .setAbbreviatedOptionsAllowed(false);
  }

  private static OptionSpec optionSpec(Option option) {
    OptionSpec.Builder builder = OptionSpec.builder(option.flag());
    if (option.label() == null) {
      builder.type(boolean.class).arity("0");
    } else {
      builder.type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel(option.label());
    }
    String byDefault =
        option.defaultValue() == null
                || option.label() == null
                || !option.functionVariables().isEmpty()
            ? ""
            : " Default: " + option.defaultValue() + ".";
    return builder.description(option.help() + byDefault).build();
  }

  private static String[] footer(Command command) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("Each option can also be an environment variable (--init-timeout is");
    lines.add("RAPID_INIT_TIMEOUT) or a key of the file of --config (init-timeout: 5; variables");
    lines.add(
        "below 'env:', or env.NAME=VALUE in a .properties file). The command line counts more");
    lines.add("than the environment, the environment more than the file.");
    lines.add("");
    lines.addAll(exitCodes());
    lines.add("");
    lines.add("Example:");
    lines.add(command.example);
    return lines.toArray(String[]::new);
  }

  private static List<String> exitCodes() {
    List<String> lines = new ArrayList<>();
    lines.add("Exit codes:");
    for (ExitCode code : ExitCode.values()) {
      lines.add((code.status() < 10 ? "   " : "  ") + code.status() + "  " + code.meaning());
    }
    return lines;
  }
}
