package dev.rapid.cli;

import dev.rapid.bootstrap.launch.BootstrapLocator;
import dev.rapid.cli.config.ArgumentParser;
import dev.rapid.cli.config.Arguments;
import dev.rapid.cli.config.Command;
import dev.rapid.cli.config.LazyRuntimes;
import dev.rapid.cli.config.LogLevel;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.Similar;
import dev.rapid.cli.config.value.UsageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the command of the command line, and turns every failure into a message. */
final class Program {

  /** Set by a launcher that replaces another program. */
  static final String NAME_PROPERTY = "rapid.program";

  private static final int RIE_FAILURE = 1;

  private final Shell shell;

  Program(Shell shell) {
    this.shell = shell;
  }

  /** Runs the program and returns the exit status. */
  int run(String[] args) {
    Log.configure(LogLevel.INFO, shell.err());
    try {
      return run(List.of(args));
    } finally {
      Log.close();
    }
  }

  private int run(List<String> words) {
    if (RieCommand.NAME.equals(System.getProperty(NAME_PROPERTY))) {
      return runAsRie(words);
    }
    String first = words.isEmpty() ? "" : words.getFirst();
    List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
    return switch (first) {
      case RieCommand.NAME -> runAsRie(rest);
      case "--help", "-h" -> print(help());
      case "help" -> help(rest);
      case "--version", "-V" -> print(Command.PROGRAM + " " + version() + "\n");
      default -> run(first, rest).status();
    };
  }

  private int help(List<String> words) {
    Command command = words.isEmpty() ? null : Command.of(words.getFirst());
    return print(command == null ? help() : ArgumentParser.help(command, ExitCode.list()));
  }

  private int print(String text) {
    shell.print(text);
    return ExitCode.SUCCESS.status();
  }

  /** Returns the help of the program. */
  private static String help() {
    StringBuilder text = new StringBuilder();
    text.append("Runs AWS Lambda functions on this machine.\n\nUsage:\n");
    for (Command command : Command.values()) {
      text.append("  ").append(command.synopsis()).append('\n');
      text.append("      ").append(command.summary()).append('\n');
    }
    text.append("  rapid --help | --version\n\nExamples:\n");
    for (Command command : Command.values()) {
      text.append(command.example()).append('\n');
    }
    text.append("\n'rapid serve --help' lists the options of a command.\n\n");
    for (String line : ExitCode.list()) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static String version() {
    String version = Program.class.getPackage().getImplementationVersion();
    return (version == null ? "development" : version) + " (Java " + Runtime.version() + ")";
  }

  private ExitCode run(String word, List<String> args) {
    Command command = Command.of(word);
    try {
      if (command == null) {
        throw unknownCommand(word);
      }
      Arguments arguments = ArgumentParser.parse(command, args);
      if (arguments.help()) {
        shell.print(ArgumentParser.help(command, ExitCode.list()));
        return ExitCode.SUCCESS;
      }
      try (LazyRuntimes runtimes = new LazyRuntimes(shell.context().environment())) {
        Settings settings = new Settings(arguments, shell.context(), runtimes);
        return switch (command) {
          case SERVE -> new ServeCommand(settings, shell).run();
          case INVOKE -> new InvokeCommand(settings, shell).run();
          case UDF -> new UdfCommand(settings, shell).run();
          case CONFIG -> new ConfigCommand(settings, shell).run();
          case ASYNC -> new AsyncCommand(settings, shell).run(arguments.command());
          case DOCTOR -> new DoctorCommand(settings, shell).run();
        };
      }
    } catch (UsageException e) {
      explain(e, command);
      return ExitCode.USAGE;
    } catch (UnavailableException e) {
      shell.complain("rapid: " + e.getMessage());
      return ExitCode.UNAVAILABLE;
    } catch (RuntimeException | LinkageError e) {
      Log.log(LogLevel.ERROR, "a fault in Rapid itself; --log-level debug shows more", e);
      return ExitCode.INTERNAL;
    }
  }

  private static UsageException unknownCommand(String word) {
    if (word.isEmpty()) {
      return new UsageException("There is no command");
    }
    List<String> words = new ArrayList<>();
    for (Command command : Command.values()) {
      words.add(command.word());
    }
    String similar = word.startsWith("-") ? null : Similar.to(word, words);
    return new UsageException(
        "There is no command '" + word + "'",
        similar == null
            ? "To run a function: rapid serve -- COMMAND"
            : "Did you mean 'rapid " + similar + "'?");
  }

  /** Prints message, suggestion and synopsis, and how to get the help. */
  private void explain(UsageException e, @Nullable Command command) {
    shell.complain("rapid: " + e.text());
    if (e.suggestion() != null) {
      shell.complain(e.suggestion());
    }
    if (command == null) {
      shell.complain(
          "Usage: rapid serve|invoke|udf|config|async|doctor [OPTIONS] [--] [COMMAND [ARG...]]");
      shell.complain("'rapid --help' shows more.");
    } else {
      shell.complain("Usage: " + command.synopsis());
      shell.complain("'rapid " + command.word() + " --help' lists all options.");
    }
  }

  private int runAsRie(List<String> args) {
    Log.configureAsRie(LogLevel.INFO, shell.err());
    try {
      return new RieCommand(args, shell, new BootstrapLocator()).run(shell).status();
    } catch (UsageException e) {
      Log.error(e.text());
      return RIE_FAILURE;
    } catch (UnavailableException e) {
      Log.error(String.valueOf(e.getMessage()));
      return RIE_FAILURE;
    } catch (RuntimeException | LinkageError e) {
      Log.log(LogLevel.ERROR, "a fault in Rapid itself", e);
      return RIE_FAILURE;
    }
  }
}
