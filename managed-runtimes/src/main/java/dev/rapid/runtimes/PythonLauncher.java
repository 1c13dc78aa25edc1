package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Functions in Python (contract templates-and-runtimes, sections 6.2 and 6.6). The interpreter is
 * that of a virtual environment in the code's folder or beside it, else the machine's. AWS's client
 * runs the handler if this interpreter can import it, else Rapid's own runtime.
 */
final class PythonLauncher implements Launcher {

  private static final List<String> ENVIRONMENTS = List.of(".venv", "venv");

  private final Machine machine;
  private final Interpreters pythons;
  private final InstallCommands install;
  private final Path shipped;
  private final boolean prefersShipped;

  PythonLauncher(Machine machine, InstallCommands install, Path shipped, boolean prefersShipped) {
    this.machine = machine;
    this.pythons = new Interpreters(machine, Language.PYTHON);
    this.install = install;
    this.prefersShipped = prefersShipped;
    this.shipped = shipped.resolve("python");
  }

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    Version wanted = request.runtime().version();
    Interpreter python =
        environmentOf(request.taskRoot())
            .or(() -> pythons.find(wanted))
            .orElseThrow(() ->
                new UnusableRuntimeException(
                    request.runtime().text()
                        + " needs Python, which is not installed; run: "
                        + install.python(wanted)));
    Optional<Path> client =
        prefersShipped
            ? Optional.empty()
            : PythonClient.find(machine, python, wanted, List.of(request.taskRoot()));
    List<String> command = new ArrayList<>(List.of(python.program().toString()));
    command.add(
        shipped
            .resolve(client.isPresent() ? "start_awslambdaric.py" : "start_rapid_runtime.py")
            .toString());
    command.add(request.layerRoot() == null ? "" : request.layerRoot().toString());
    command.add(request.handler());
    String runs =
        client
            .map(found -> "AWS's client (" + found + ")")
            .orElse(
                prefersShipped
                    ? "Rapid's own runtime"
                    : "Rapid's own runtime, because AWS's client awslambdaric is not installed");
    return new Start(
        command,
        python.program().getParent(),
        Map.of("LAMBDA_RUNTIME_DIR", shipped.toString()),
        VersionNotice.of(
            request.runtime(), "Python", 2, python, runs, "run: " + install.python(wanted)));
  }

  /** Without Rapid's start script, only a variable can name the layers. */
  @Override
  public Map<String, String> variables(Request request) {
    String version = request.runtime().version().text(2);
    List<String> paths =
        request.inLayers("python/lib/python" + version + "/site-packages", "python");
    return paths.isEmpty() ? Map.of() : Map.of("PYTHONPATH", String.join(":", paths));
  }

  private Optional<Interpreter> environmentOf(Path taskRoot) {
    List<Path> places = new ArrayList<>(List.of(taskRoot));
    if (taskRoot.getParent() != null) {
      places.add(taskRoot.getParent());
    }
    for (Path place : places) {
      for (String environment : ENVIRONMENTS) {
        Path program = place.resolve(environment).resolve("bin/python");
        if (Files.exists(program.resolveSibling("activate")) && Machine.isProgram(program)) {
          return pythons.examine(program);
        }
      }
    }
    return Optional.empty();
  }
}
