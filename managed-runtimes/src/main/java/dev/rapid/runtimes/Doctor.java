package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.DotnetRoots;
import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.JavaHomes;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which managed runtimes this machine can run, and how to install what is missing. Unlike a
 * start, it looks at every interpreter.
 */
public final class Doctor {

  private static final Version PYTHON = new Version(3, 13, 0);
  private static final Version NODE = new Version(22, 0, 0);
  private static final Version JAVA = new Version(21, 0, 0);
  private static final Version RUBY = new Version(3, 4, 0);
  private static final Version DOTNET = new Version(8, 0, 0);

  private final Machine machine;
  private final InstallCommands install;
  private final Path shipped;
  private final Path ownJava;

  /**
   * Creates a doctor.
   *
   * @param environment the caller's environment, usually {@link System#getenv()}
   */
  public Doctor(Map<String, String> environment) {
    this(environment, ShippedRuntimes.directory(), Path.of(System.getProperty("java.home")));
  }

  Doctor(Map<String, String> environment, Path shipped, Path ownJava) {
    this.machine = new Machine(environment);
    this.install = new InstallCommands(machine);
    this.shipped = shipped;
    this.ownJava = ownJava;
  }

  /** How well something works. */
  public enum Status {
    /** It runs functions as in the cloud. */
    COMPLETE,
    /** It runs functions, with Rapid's own runtime. */
    SUFFICIENT,
    /** Functions of this language do not run. */
    MISSING
  }

  /**
   * What the doctor found about one interpreter, or about a language without one.
   *
   * @param subject a language with its version, for example {@code Python 3.13.1}
   * @param status how well it works
   * @param text where it is and what runs the handlers
   * @param install the command that installs what would make it better, null if nothing would
   */
  public record Finding(String subject, Status status, String text, @Nullable String install) {}

  /** Examines all languages. The interpreter that a function gets by default comes first. */
  public List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(python());
    findings.addAll(node());
    findings.addAll(java());
    findings.addAll(ruby());
    findings.addAll(dotnet());
    findings.add(
        new Finding(
            "provided, go", Status.COMPLETE, "programs of their own; nothing to install", null));
    findings.add(
        new Finding(
            "FDKs of Fn",
            Status.COMPLETE,
            "programs of their own: rapid serve --worker fn-fdk -- COMMAND",
            null));
    return findings;
  }

  private List<Finding> python() {
    return scripted(
        Language.PYTHON,
        install.python(PYTHON),
        python ->
            PythonClient.find(machine, python, python.version(), List.of())
                .map(client -> complete(Language.PYTHON, python, client))
                .orElseGet(() ->
                    own(Language.PYTHON, python, "awslambdaric", install.pythonClient(python))));
  }

  private List<Finding> node() {
    NodeLauncher launcher = new NodeLauncher(machine, install, shipped, false);
    return scripted(
        Language.NODE,
        install.node(NODE),
        node ->
            launcher
                .globalClient(node)
                .map(client -> complete(Language.NODE, node, client.program()))
                .orElseGet(() -> own(Language.NODE, node, "aws-lambda-ric", install.nodeClient())));
  }

  private List<Finding> ruby() {
    RubyLauncher launcher = new RubyLauncher(machine, install);
    return scripted(
        Language.RUBY,
        install.ruby(RUBY),
        ruby ->
            launcher
                .client(Path.of("/"), ruby)
                .map(client -> complete(Language.RUBY, ruby, client))
                .orElseGet(() ->
                    new Finding(
                        subject(Language.RUBY, ruby),
                        Status.MISSING,
                        ruby.program() + " without AWS's client aws_lambda_ric",
                        install.rubyClient(ruby))));
  }

  /** Examines one interpreter. */
  @FunctionalInterface
  private interface Examination {
    Finding of(Interpreter interpreter);
  }

  private List<Finding> scripted(Language language, String installation, Examination examination) {
    List<Interpreter> all = new Interpreters(machine, language).all();
    if (all.isEmpty()) {
      return List.of(new Finding(language.title(), Status.MISSING, "not installed", installation));
    }
    return all.stream().map(examination::of).toList();
  }

  private static String subject(Language language, Interpreter interpreter) {
    // Where a file has told the version, its last number is not known.
    int parts = interpreter.version().patch() == 0 ? 2 : 3;
    return language.title() + " " + interpreter.version().text(parts);
  }

  private static Finding complete(Language language, Interpreter interpreter, Path client) {
    return new Finding(
        subject(language, interpreter),
        Status.COMPLETE,
        interpreter.program() + " with AWS's client (" + client + ")",
        null);
  }

  private static Finding own(
      Language language, Interpreter interpreter, String client, String installation) {
    return new Finding(
        subject(language, interpreter),
        Status.SUFFICIENT,
        interpreter.program()
            + " with Rapid's own runtime; AWS's client "
            + client
            + " is not installed",
        installation);
  }

  private List<Finding> java() {
    List<Interpreter> homes = new JavaHomes(machine, ownJava).all();
    Optional<JavaClient> client = JavaClient.ofMachine(machine);
    if (homes.isEmpty()) {
      return List.of(new Finding("Java", Status.MISSING, "not installed", install.java(JAVA)));
    }
    List<Finding> findings = new ArrayList<>();
    for (Interpreter java : homes) {
      String subject = "Java " + java.version();
      findings.add(
          client
              .map(found ->
                  new Finding(
                      subject,
                      Status.COMPLETE,
                      java.program() + " with AWS's client (" + found.where() + ")",
                      null))
              .orElseGet(() ->
                  new Finding(
                      subject,
                      Status.MISSING,
                      java.program()
                          + " runs functions that have AWS's client among their jars; no"
                          + " repository of Maven or Gradle has it",
                      install.javaClient())));
    }
    return findings;
  }

  private List<Finding> dotnet() {
    List<Interpreter> runtimes = new DotnetRoots(machine).all();
    if (runtimes.isEmpty()) {
      return List.of(
          new Finding(
              ".NET",
              Status.MISSING,
              "not installed; self-contained programs run without it",
              install.dotnet(DOTNET)));
    }
    return runtimes.stream()
        .map(one ->
            new Finding(
                ".NET " + one.version(),
                Status.COMPLETE,
                one.program() + "; functions bring AWS's client",
                null))
        .toList();
  }
}
