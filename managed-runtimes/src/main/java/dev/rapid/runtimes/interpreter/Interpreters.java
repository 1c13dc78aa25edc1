package dev.rapid.runtimes.interpreter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The interpreters of a language, and which of them runs a version (contract
 * templates-and-runtimes, section 6.2).
 *
 * <p>Files say most of it: names of programs, and folders of version managers. A program is asked
 * for its version only if nothing else says it. The scripts that version managers put on {@code
 * PATH} ("shims") are slow and may refuse to run; what stands behind them is used instead.
 */
public final class Interpreters {

  private static final Pattern VERSIONED_NAME = Pattern.compile("(?:python|ruby)([0-9]+\\.[0-9]+)");
  private static final Pattern VERSION_OF_ENVIRONMENT =
      Pattern.compile("(?m)^version(?:_info)?\\s*=\\s*([0-9.]+)");

  private final Machine machine;
  private final Language language;
  private final Map<Version, Optional<Interpreter>> found = new ConcurrentHashMap<>();

  /** Creates a finder. What it finds, it keeps. */
  public Interpreters(Machine machine, Language language) {
    this.machine = machine;
    this.language = language;
  }

  /** Returns the language. */
  public Language language() {
    return language;
  }

  /**
   * Returns the best interpreter for a version: one of this version, else the one that the caller
   * would get, else the latest.
   */
  public Optional<Interpreter> find(Version wanted) {
    return found.computeIfAbsent(wanted.upTo(language.significantParts()), this::search);
  }

  /** Returns whether an interpreter has the version that is wanted, as far as it counts. */
  public boolean matches(Version wanted, Interpreter interpreter) {
    int parts = language.significantParts();
    return interpreter.version().upTo(parts).equals(wanted.upTo(parts));
  }

  private Optional<Interpreter> search(Version wanted) {
    List<Interpreter> installed = installed();
    Optional<Interpreter> managed =
        installed.stream().filter(one -> matches(wanted, one)).findFirst();
    for (String name : language.programs(wanted)) {
      for (Path program : machine.programs(name)) {
        if (!isShim(program)) {
          return Optional.of(new Interpreter(program, wanted));
        }
        if (managed.isPresent()) {
          return managed;
        }
      }
    }
    List<Interpreter> usual = usual();
    return usual.stream()
        .filter(one -> matches(wanted, one))
        .findFirst()
        .or(() -> managed)
        .or(() -> usual.stream().findFirst())
        .or(() -> installed.stream().findFirst());
  }

  /** Returns the interpreters of this machine, those first that a caller would get. */
  public List<Interpreter> all() {
    List<Interpreter> all = new ArrayList<>(usual());
    for (Interpreter one : installed()) {
      if (all.stream()
          .noneMatch(other -> Machine.real(other.program()).equals(Machine.real(one.program())))) {
        all.add(one);
      }
    }
    return all;
  }

  private List<Interpreter> installed() {
    return language.installations(machine).stream()
        .flatMap(place -> place.find().stream())
        .toList();
  }

  /** Returns what the usual names on {@code PATH} run, without duplicates. */
  private List<Interpreter> usual() {
    List<Interpreter> usual = new ArrayList<>();
    for (String name : language.programs()) {
      for (Path program : machine.programs(name)) {
        examine(program)
            .filter(one -> usual.stream().noneMatch(other -> other.program().equals(one.program())))
            .ifPresent(usual::add);
        if (!usual.isEmpty()) {
          return usual;
        }
      }
    }
    return usual;
  }

  /** Returns the interpreter that a program is, or, for a shim, that it would run. */
  public Optional<Interpreter> examine(Path program) {
    if (!isShim(program)) {
      Version version = versionFromFiles(program);
      if (!version.equals(Version.NONE)) {
        return Optional.of(new Interpreter(program, version));
      }
      return machine
          .answer(List.of(program.toString(), "--version"))
          .map(Version::find)
          .filter(answered -> !answered.equals(Version.NONE))
          .map(answered -> new Interpreter(program, answered));
    }
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(language.question());
    return machine
        .answer(command)
        .map(answer -> answer.lines().toList())
        .filter(lines -> lines.size() == 2)
        .map(lines -> new Interpreter(Path.of(lines.get(0)), Version.find(lines.get(1))));
  }

  /** Returns the version that the name of a program or its environment's file says. */
  private Version versionFromFiles(Path program) {
    if (language == Language.PYTHON) {
      Path configuration = new Interpreter(program, Version.NONE).home().resolve("pyvenv.cfg");
      if (Files.isRegularFile(configuration)) {
        try {
          Matcher version = VERSION_OF_ENVIRONMENT.matcher(Files.readString(configuration));
          if (version.find()) {
            return Version.find(version.group(1));
          }
        } catch (IOException unreadable) {
          // The name of the program may say it.
        }
      }
    }
    Path name = Machine.real(program).getFileName();
    Matcher versioned = VERSIONED_NAME.matcher(name == null ? "" : name.toString());
    return versioned.matches() ? Version.find(versioned.group(1)) : Version.NONE;
  }

  private static boolean isShim(Path program) {
    Path directory = program.getParent();
    return directory != null && directory.endsWith("shims");
  }
}
