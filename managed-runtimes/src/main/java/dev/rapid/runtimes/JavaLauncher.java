package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.JavaHomes;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Functions in Java, which AWS's client runs (contract templates-and-runtimes, section 6.4). The
 * class path has the client's jars, the code, its {@code lib/*.jar} and the layers' {@code
 * java/lib/*.jar}, in this order; jars of one folder in the order of their names.
 */
final class JavaLauncher implements Launcher {

  private static final int FIRST_WITH_MODULES = 9;
  private static final int FIRST_WITH_NATIVE_ACCESS = 17;

  private final Machine machine;
  private final JavaHomes homes;
  private final InstallCommands install;

  JavaLauncher(Machine machine, InstallCommands install, Path ownJava) {
    this.machine = machine;
    this.homes = new JavaHomes(machine, ownJava);
    this.install = install;
  }

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    Version wanted = request.runtime().version();
    Interpreter java =
        homes
            .find(wanted)
            .orElseThrow(() ->
                new UnusableRuntimeException(
                    request.runtime().text()
                        + " needs Java, which is not installed; run: "
                        + install.java(wanted)));
    Path taskRoot = request.taskRoot();
    JavaClient client =
        JavaClient.find(machine, taskRoot)
            .orElseThrow(() ->
                new UnusableRuntimeException(
                    request.runtime().text()
                        + " needs AWS's client, which is neither in "
                        + taskRoot
                        + " nor in a repository of Maven or Gradle; run: "
                        + install.javaClient()));
    List<String> command = new ArrayList<>(List.of(java.program().toString()));
    command.addAll(options(java.version().major()));
    command.add("-cp");
    command.add(classPath(request, client));
    command.add(JavaClient.MAIN_CLASS);
    command.add(request.handler());
    return new Start(
        command,
        java.program().getParent(),
        Map.of(),
        VersionNotice.of(
            request.runtime(),
            "Java",
            1,
            java,
            "AWS's client (" + client.where() + ")",
            "run: " + install.java(wanted)));
  }

  private static List<String> options(int major) {
    List<String> options =
        new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    if (major >= FIRST_WITH_MODULES) {
      options.add("--add-opens=java.base/java.io=ALL-UNNAMED");
    }
    if (major >= FIRST_WITH_NATIVE_ACCESS) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    options.add("-Djava.net.preferIPv4Stack=true");
    return options;
  }

  /** An explicit list: wildcards have an order of their own, and empty elements a meaning. */
  private static String classPath(Request request, JavaClient client) {
    Set<String> elements = new LinkedHashSet<>();
    client.jars().forEach(jar -> elements.add(jar.toString()));
    elements.add(request.taskRoot().toString());
    JavaClient.jarsOf(request.taskRoot().resolve("lib")).forEach(j -> elements.add(j.toString()));
    for (Path layers : request.layerDirectories("java/lib")) {
      JavaClient.jarsOf(layers).forEach(jar -> elements.add(jar.toString()));
    }
    return String.join(":", elements);
  }
}
