package dev.rapid.runtimes.interpreter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A directory with one folder for each installed version.
 *
 * @param directory the directory
 * @param prefix what the name of a folder has before the version
 * @param program where the program is in a folder
 */
record Installations(Path directory, String prefix, String program) {

  private static final Pattern VERSION = Pattern.compile("([0-9]+(?:\\.[0-9]+){0,2})(?:-.*)?");

  /** Returns the interpreters, the latest version first. */
  List<Interpreter> find() {
    List<Interpreter> found = new ArrayList<>();
    for (Path folder : Machine.list(directory)) {
      Path name = folder.getFileName();
      if (name == null || !name.toString().startsWith(prefix)) {
        continue;
      }
      Matcher version = VERSION.matcher(name.toString().substring(prefix.length()));
      Path file = folder.resolve(program);
      if (version.matches() && Machine.isProgram(file)) {
        found.add(new Interpreter(file, Version.find(version.group(1))));
      }
    }
    found.sort(Comparator.comparing(Interpreter::version).reversed());
    return found;
  }
}
