package dev.rapid.bootstrap.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognises commands that start one of AWS's runtime clients in the process itself, and not in a
 * child as launchers do.
 *
 * <p>Programs such as {@code npx}, {@code npm} and Python's {@code subprocess} pass on the
 * environment, but no descriptor except stdin, stdout and stderr. A client fails if the variable
 * names a descriptor that it does not have, so only these commands get one:
 *
 * <ul>
 *   <li>{@code python -m awslambdaric}
 *   <li>{@code node .../aws-lambda-ric/bin/index.mjs}, and the link to it in {@code .bin}
 *   <li>{@code java com.amazonaws.services.lambda.runtime.api.client.AWSLambda}
 *   <li>{@code aws_lambda_ric}, the program of the Ruby client, with or without {@code ruby}, and
 *       {@code ruby -e} with a script that begins with it
 *   <li>the programs with which managed runtimes start a client or Rapid's own runtime
 *   <li>the bootstraps of AWS's base images
 *   <li>shell scripts that {@code exec} one of these and nothing else
 * </ul>
 */
public final class ClientCommand {

  private static final String PYTHON_CLIENT = "awslambdaric";
  private static final String NODE_CLIENT = "aws-lambda-ric";
  private static final String RUBY_CLIENT = "aws_lambda_ric";
  private static final String JAVA_CLIENT =
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private static final Set<String> BASE_IMAGES =
      Set.of("/var/runtime/bootstrap", "/lambda-entrypoint.sh");

  private static final Pattern PYTHON = Pattern.compile("python[0-9.]*");
  private static final Pattern NODE = Pattern.compile("node(js)?");
  private static final Pattern JAVA = Pattern.compile("java");
  private static final Pattern RUBY = Pattern.compile("ruby[0-9.]*");

  /** What starts a client, or a runtime of Rapid's own that writes such a log too. */
  private static final Set<String> PYTHON_PROGRAMS =
      Set.of("start_awslambdaric.py", "start_rapid_runtime.py");

  private static final Set<String> NODE_PROGRAMS =
      Set.of("start-aws-lambda-ric.mjs", "rapid-runtime.mjs");
  private static final String RUBY_SCRIPT = "require 'aws_lambda_ric'";

  /** Options whose next word is their value. */
  private static final Set<String> PYTHON_OPTIONS_WITH_VALUE = Set.of("-W", "-X");

  private static final Set<String> NODE_OPTIONS_WITH_VALUE =
      Set.of(
          "-r",
          "--require",
          "--import",
          "--loader",
          "--experimental-loader",
          "-C",
          "--max-http-header-size");

  private static final Pattern SHELL_SCRIPT =
      Pattern.compile("#! ?\\S*/(env +)?(ba|da|a|k|z)?sh\\b.*", Pattern.DOTALL);
  private static final Pattern CONTINUED_LINE = Pattern.compile("\\\\\n");
  private static final Pattern EXEC = Pattern.compile("(?m)^\\s*exec\\s+(?![0-9<>&])(.+)$");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern QUOTES = Pattern.compile("[\"']");

  /** The name of a program behind a directory or a shell's expansion. */
  private static final Pattern BEFORE_NAME = Pattern.compile(".*[/}]");

  private static final int MAX_SCRIPT_BYTES = 64 * 1024;

  private ClientCommand() {}

  /** Returns whether {@code command}, whose program is {@code program}, starts a client itself. */
  public static boolean startsClient(Path program, List<String> command) {
    return BASE_IMAGES.contains(program.toString())
        || startsClient(nameOf(program.toString()), command.subList(1, command.size()))
        || execsClient(program);
  }

  private static boolean startsClient(String program, List<String> arguments) {
    if (program.equals(RUBY_CLIENT) || program.equals(NODE_CLIENT)) {
      return true;
    }
    if (PYTHON.matcher(program).matches()) {
      List<String> rest = withoutOptions(arguments, "-m", PYTHON_OPTIONS_WITH_VALUE);
      return rest.size() > 1
          && (PYTHON_PROGRAMS.contains(nameOf(rest.get(0)))
              || (rest.get(0).equals("-m") && rest.get(1).equals(PYTHON_CLIENT)));
    }
    if (NODE.matcher(program).matches()) {
      List<String> rest = withoutOptions(arguments, "", NODE_OPTIONS_WITH_VALUE);
      return !rest.isEmpty()
          && (NODE_PROGRAMS.contains(nameOf(rest.get(0)))
              || Arrays.asList(rest.get(0).split("/", -1)).contains(NODE_CLIENT));
    }
    if (RUBY.matcher(program).matches()) {
      List<String> rest = withoutOptions(arguments, "", Set.of());
      return (!rest.isEmpty() && nameOf(rest.get(0)).equals(RUBY_CLIENT))
          || arguments.stream().anyMatch(argument -> argument.startsWith(RUBY_SCRIPT));
    }
    return JAVA.matcher(program).matches() && arguments.contains(JAVA_CLIENT);
  }

  /** Returns what follows the options of an interpreter, or begins with the option {@code last}. */
  private static List<String> withoutOptions(
      List<String> arguments, String last, Set<String> withValue) {
    int at = 0;
    while (at < arguments.size()
        && arguments.get(at).startsWith("-")
        && !arguments.get(at).equals(last)) {
      at += withValue.contains(arguments.get(at)) ? 2 : 1;
    }
    return arguments.subList(Math.min(at, arguments.size()), arguments.size());
  }

  private static boolean execsClient(Path program) {
    byte[] text;
    try (InputStream in = Files.newInputStream(program)) {
      if (in.read() != '#') {
        return false;
      }
      text = in.readNBytes(MAX_SCRIPT_BYTES);
    } catch (IOException unreadable) {
      return false;
    }
    String script = "#" + new String(text, StandardCharsets.UTF_8);
    if (text.length == MAX_SCRIPT_BYTES || !SHELL_SCRIPT.matcher(script).matches()) {
      return false;
    }
    List<String> execs =
        EXEC.matcher(CONTINUED_LINE.matcher(script).replaceAll(" "))
            .results()
            .map(exec -> exec.group(1))
            .toList();
    return !execs.isEmpty() && execs.stream().allMatch(ClientCommand::startsClient);
  }

  private static boolean startsClient(String execed) {
    List<String> words =
        BLANKS
            .splitAsStream(execed.strip())
            .map(word -> QUOTES.matcher(word).replaceAll(""))
            .toList();
    return BASE_IMAGES.contains(words.get(0))
        || startsClient(nameOf(words.get(0)), words.subList(1, words.size()));
  }

  private static String nameOf(String path) {
    return BEFORE_NAME.matcher(path).replaceFirst("");
  }
}
