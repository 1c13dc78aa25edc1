package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.DotnetRoots;
import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Functions in .NET: an executable assembly runs by itself; a class library needs AWS's runtime
 * support among its files (contract templates-and-runtimes, section 6.5).
 */
final class DotnetLauncher implements Launcher {

  private static final String SUPPORT = "Amazon.Lambda.RuntimeSupport.dll";
  private static final String MAIN_ASSEMBLY = "LAMBDA_DOTNET_MAIN_ASSEMBLY";

  private final DotnetRoots roots;
  private final InstallCommands install;

  DotnetLauncher(Machine machine, InstallCommands install) {
    this.roots = new DotnetRoots(machine);
    this.install = install;
  }

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    String handler = request.handler();
    return handler.contains(":") ? library(request, handler) : executable(request, handler);
  }

  private Start executable(Request request, String handler) throws UnusableRuntimeException {
    Path assembly =
        request.taskRoot().resolve(handler.endsWith(".dll") ? handler : handler + ".dll");
    Path program = request.taskRoot().resolve(handler);
    if (Machine.isProgram(program) && !handler.endsWith(".dll")) {
      return new Start(List.of(program.toString()), null, Map.of(), List.of());
    }
    if (!Files.exists(assembly)) {
      throw new UnusableRuntimeException(
          "neither " + assembly + " nor " + program + " exists; publish the function");
    }
    Interpreter dotnet = dotnet(request);
    return started(
        request,
        dotnet,
        "the function's own client",
        List.of(dotnet.program().toString(), "exec", assembly.toString()));
  }

  private Start library(Request request, String handler) throws UnusableRuntimeException {
    Path taskRoot = request.taskRoot();
    String assembly =
        request
            .code()
            .variables()
            .getOrDefault(MAIN_ASSEMBLY, handler.substring(0, handler.indexOf(':')));
    String name =
        assembly.endsWith(".dll") ? assembly.substring(0, assembly.length() - 4) : assembly;
    Path support = taskRoot.resolve(SUPPORT);
    if (!Files.exists(support)) {
      throw new UnusableRuntimeException(
          "a class library needs "
              + SUPPORT
              + " in "
              + taskRoot
              + "; make the function an executable assembly (Amazon.Lambda.RuntimeSupport) and"
              + " publish it");
    }
    Interpreter dotnet = dotnet(request);
    return started(
        request,
        dotnet,
        "AWS's client (" + support + ")",
        List.of(
            dotnet.program().toString(),
            "exec",
            "--depsfile",
            description(taskRoot, name, ".deps.json").toString(),
            "--runtimeconfig",
            description(taskRoot, name, ".runtimeconfig.json").toString(),
            support.toString(),
            handler));
  }

  /** Returns the file of the assembly, else the only one of its kind. */
  private static Path description(Path taskRoot, String assembly, String suffix)
      throws UnusableRuntimeException {
    Path usual = taskRoot.resolve(assembly + suffix);
    if (Files.exists(usual)) {
      return usual;
    }
    List<Path> others =
        Machine.list(taskRoot).stream().filter(f -> f.toString().endsWith(suffix)).toList();
    if (others.size() != 1) {
      throw new UnusableRuntimeException(usual + " does not exist; publish the function");
    }
    return others.getFirst();
  }

  private Interpreter dotnet(Request request) throws UnusableRuntimeException {
    Version wanted = request.runtime().version();
    return roots
        .find(wanted)
        .orElseThrow(() ->
            new UnusableRuntimeException(
                request.runtime().text()
                    + " needs .NET, which is not installed; run: "
                    + install.dotnet(wanted)));
  }

  private Start started(Request request, Interpreter dotnet, String client, List<String> command) {
    return new Start(
        command,
        dotnet.program().getParent(),
        Map.of(),
        VersionNotice.of(
            request.runtime(),
            ".NET",
            1,
            dotnet,
            client,
            "run: " + install.dotnet(request.runtime().version())));
  }
}
