package dev.rapid.runtimes.interpreter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Java installations of this machine. Their file {@code release} says the version. The last one
 * is the one that runs Rapid.
 */
public final class JavaHomes {

  private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(?:1\\.)?([0-9._]+)");

  private final Machine machine;
  private final Path own;

  /**
   * Creates a finder.
   *
   * @param own the Java installation that runs Rapid
   */
  public JavaHomes(Machine machine, Path own) {
    this.machine = machine;
    this.own = own;
  }

  /** Returns the installations, those first that a caller would get. */
  public List<Interpreter> all() {
    List<Path> homes = new ArrayList<>();
    machine.directory("JAVA_HOME").ifPresent(homes::add);
    for (Path program : machine.programs("java")) {
      homes.add(new Interpreter(Machine.real(program), Version.NONE).home());
    }
    Path home = machine.home();
    for (Path place :
        List.of(
            Path.of("/usr/lib/jvm"),
            home.resolve(".sdkman/candidates/java"),
            home.resolve(".jdks"),
            home.resolve(".asdf/installs/java"),
            home.resolve(".local/share/mise/installs/java"))) {
      homes.addAll(Machine.list(place));
    }
    for (Path bundle : Machine.list(Path.of("/Library/Java/JavaVirtualMachines"))) {
      homes.add(bundle.resolve("Contents/Home"));
    }
    homes.add(own);

    Map<Path, Interpreter> found = new LinkedHashMap<>();
    for (Path candidate : homes) {
      examine(candidate).ifPresent(java -> found.putIfAbsent(Machine.real(candidate), java));
    }
    return List.copyOf(found.values());
  }

  /**
   * Returns the best installation for a version: the first of this version, else the lowest later
   * one, else the highest earlier one.
   */
  public Optional<Interpreter> find(Version wanted) {
    List<Interpreter> all = all();
    Comparator<Interpreter> byMajor = Comparator.comparingInt(java -> java.version().major());
    return all.stream()
        .filter(java -> java.version().major() >= wanted.major())
        .min(byMajor)
        .or(() -> all.stream().max(byMajor));
  }

  private static Optional<Interpreter> examine(Path home) {
    Path program = home.resolve("bin/java");
    if (!Machine.isProgram(program)) {
      return Optional.empty();
    }
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
      return version.find()
          ? Optional.of(new Interpreter(program, Version.find(version.group(1))))
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
