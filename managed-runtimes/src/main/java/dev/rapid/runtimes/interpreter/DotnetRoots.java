package dev.rapid.runtimes.interpreter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The .NET runtimes of this machine, each a folder below the {@code dotnet} program. */
public final class DotnetRoots {

  private final Machine machine;

  /** Creates a finder. */
  public DotnetRoots(Machine machine) {
    this.machine = machine;
  }

  /** Returns the runtimes, the latest version first. */
  public List<Interpreter> all() {
    List<Path> programs = new ArrayList<>();
    machine.directory("DOTNET_ROOT").ifPresent(root -> programs.add(root.resolve("dotnet")));
    machine.programs("dotnet").forEach(program -> programs.add(Machine.real(program)));
    programs.add(machine.home().resolve(".dotnet/dotnet"));
    List<Interpreter> found = new ArrayList<>();
    for (Path program : programs) {
      Path root = program.getParent();
      if (root == null || !Machine.isProgram(program)) {
        continue;
      }
      for (Path folder : Machine.list(root.resolve("shared/Microsoft.NETCore.App"))) {
        Path name = folder.getFileName();
        if (name != null) {
          Interpreter runtime = new Interpreter(program, Version.find(name.toString()));
          if (!found.contains(runtime)) {
            found.add(runtime);
          }
        }
      }
    }
    found.sort(Comparator.comparing(Interpreter::version).reversed());
    return found;
  }

  /** Returns the runtime of a version, else the latest. */
  public Optional<Interpreter> find(Version wanted) {
    List<Interpreter> all = all();
    return all.stream()
        .filter(one -> one.version().major() == wanted.major())
        .findFirst()
        .or(() -> all.stream().findFirst());
  }
}
