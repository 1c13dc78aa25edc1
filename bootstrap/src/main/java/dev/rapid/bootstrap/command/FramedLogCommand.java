package dev.rapid.bootstrap.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Two small programs, one after the other, that give a program the framed log as a descriptor of
 * its own and then become it, so that it is the process that Rapid started.
 *
 * <p>Java can give a process nothing but stdin, stdout and stderr. So the framed log, a way into
 * the pipe of stdout that was opened for itself, is passed as stderr to a shell, which makes it
 * descriptor {@value #DESCRIPTOR} and stderr a copy of stdout.
 *
 * <p>Shells change some variables, drop those that they cannot name, and print warnings about
 * others. So the shell does not get variables that mean something to it; {@code env} sets them
 * afterwards, and the program gets exactly its environment. All users of the machine can see
 * arguments, which is why {@code env} sets only those variables: none of them is a secret.
 *
 * @param shell a POSIX shell
 * @param env the program that changes the environment
 */
public record FramedLogCommand(Path shell, Path env) {

  /** The variable with the number of the descriptor, for runtimes. */
  public static final String VARIABLE = "_LAMBDA_TELEMETRY_LOG_FD";

  /** POSIX shells know descriptors of one digit only; scripts rarely use this one. */
  static final int DESCRIPTOR = 8;

  /** What Java passes as stderr becomes the descriptor; see {@code OutputPipe.attachFramedLog}. */
  private static final String SCRIPT = "exec " + DESCRIPTOR + ">&2 2>&1 && exec \"$@\"";

  /** What shells set by themselves. */
  private static final Set<String> SET_BY_SHELLS = Set.of("_", "OLDPWD", "PWD", "SHLVL");

  /** What shells give a meaning or a value of their own, besides all that begins with BASH. */
  private static final Set<String> SPECIAL =
      Set.of(
          "COLUMNS",
          "DIRSTACK",
          "ENV",
          "EPOCHREALTIME",
          "EPOCHSECONDS",
          "EUID",
          "FPATH",
          "FUNCNAME",
          "GROUPS",
          "HISTCMD",
          "HOSTNAME",
          "HOSTTYPE",
          "IFS",
          "LANG",
          "LANGUAGE",
          "LINENO",
          "LINES",
          "MACHTYPE",
          "MAIL",
          "MAILCHECK",
          "MAILPATH",
          "OPTARG",
          "OPTERR",
          "OPTIND",
          "OSTYPE",
          "PIPESTATUS",
          "POSIXLY_CORRECT",
          "PPID",
          "PS1",
          "PS2",
          "PS3",
          "PS4",
          "RANDOM",
          "REPLY",
          "SECONDS",
          "SHELLOPTS",
          "SRANDOM",
          "TMOUT",
          "UID");

  /** Returns what the directories of {@code searchPath} offer. */
  public static Optional<FramedLogCommand> find(String searchPath) {
    Path root = Path.of("/");
    return SearchPath.find("sh", searchPath, root)
        .flatMap(shell ->
            SearchPath.find("env", searchPath, root).map(env -> new FramedLogCommand(shell, env)));
  }

  /**
   * Returns whether a program can be started like this. It cannot if {@code env} would take it for
   * a variable, or if a variable may be a secret and shells would drop it, because its name is no
   * identifier.
   */
  public static boolean fits(List<String> command, Map<String, String> environment) {
    return command.getFirst().indexOf('=') < 0
        && environment.keySet().stream().allMatch(name -> isKept(name) || isIdentifier(name));
  }

  private static boolean isKept(String name) {
    return SET_BY_SHELLS.contains(name)
        || SPECIAL.contains(name)
        || name.startsWith("BASH")
        || name.startsWith("LC_");
  }

  private static boolean isIdentifier(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Returns the command that gives {@code command} its descriptor and its whole environment. */
  public List<String> wrap(List<String> command, Map<String, String> environment) {
    List<String> wrapped = new ArrayList<>(List.of(shell.toString(), "-c", SCRIPT, "sh"));
    wrapped.add(env.toString());
    SET_BY_SHELLS.stream()
        .filter(name -> !environment.containsKey(name))
        .forEach(name -> wrapped.addAll(List.of("-u", name)));
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (isKept(name)) {
            wrapped.add(name + "=" + value);
          }
        });
    wrapped.addAll(command);
    return wrapped;
  }

  /** Returns the environment to start with. */
  public static Map<String, String> environment(Map<String, String> environment) {
    Map<String, String> passed = new TreeMap<>(environment);
    passed.keySet().removeIf(FramedLogCommand::isKept);
    passed.put(VARIABLE, Integer.toString(DESCRIPTOR));
    return passed;
  }
}
