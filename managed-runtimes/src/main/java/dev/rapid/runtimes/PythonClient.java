package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where AWS's client for Python is installed, found by its files. */
final class PythonClient {

  private static final String PACKAGE = "awslambdaric";
  private static final String NATIVE_PART = "runtime_client.";

  private PythonClient() {}

  /**
   * Returns the directory of the package that an interpreter imports.
   *
   * @param wanted the version, if the interpreter's is not known
   * @param first directories that come before those of the interpreter
   */
  static Optional<Path> find(
      Machine machine, Interpreter python, Version wanted, List<Path> first) {
    Version version = python.version().equals(Version.NONE) ? wanted : python.version();
    List<Path> places = new ArrayList<>(first);
    places.addAll(sitePackages(machine, python, version));
    String tag = "cpython-" + version.major() + version.minor() + "-";
    return places.stream()
        .filter(place -> Files.isRegularFile(place.resolve(PACKAGE).resolve("__main__.py")))
        .filter(place -> hasNativePart(place, tag))
        .map(place -> place.resolve(PACKAGE))
        .findFirst();
  }

  /** Returns the directories of packages, without those of the Python inside an environment. */
  private static List<Path> sitePackages(Machine machine, Interpreter python, Version version) {
    String name = "python" + version.text(2);
    List<Path> places = new ArrayList<>();
    Path home = python.home();
    places.add(home.resolve("lib").resolve(name).resolve("site-packages"));
    if (Files.exists(home.resolve("pyvenv.cfg"))) {
      return places;
    }
    Path real = new Interpreter(Machine.real(python.program()), version).home();
    places.add(real.resolve("lib").resolve(name).resolve("site-packages"));
    places.add(machine.home().resolve(".local/lib").resolve(name).resolve("site-packages"));
    places.add(home.resolve("local/lib").resolve(name).resolve("dist-packages"));
    places.add(home.resolve("lib/python3/dist-packages"));
    return places;
  }

  /** Returns whether the native part, which lies beside the package, is for the interpreter. */
  private static boolean hasNativePart(Path place, String tag) {
    return Machine.list(place).stream()
        .map(file -> file.getFileName() == null ? "" : file.getFileName().toString())
        .anyMatch(name ->
            name.startsWith(NATIVE_PART)
                && name.endsWith(".so")
                && (name.contains(tag) || name.contains("abi3")));
  }
}
