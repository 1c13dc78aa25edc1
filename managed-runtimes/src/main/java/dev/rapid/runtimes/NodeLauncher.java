package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Functions in JavaScript for Node.js (contract templates-and-runtimes, sections 6.2, 6.6 and 6.7).
 * AWS's client runs the handler if it is in a {@code node_modules} that the code sees, or installed
 * globally, else Rapid's own runtime.
 */
final class NodeLauncher implements Launcher {

  private static final Version REQUIRE_MODULE_20 = new Version(20, 17, 0);
  private static final Version DETECT_MODULE_20 = new Version(20, 10, 0);
  private static final Version REGISTER_HOOKS_20 = new Version(20, 6, 0);
  private static final int FIRST_WITHOUT_SWITCHES = 24;
  private static final int LAST_NODE_WITH_SWITCHES = 24;

  private final Machine machine;
  private final Interpreters nodes;
  private final InstallCommands install;
  private final Path shipped;
  private final boolean prefersShipped;

  NodeLauncher(Machine machine, InstallCommands install, Path shipped, boolean prefersShipped) {
    this.machine = machine;
    this.nodes = new Interpreters(machine, Language.NODE);
    this.install = install;
    this.prefersShipped = prefersShipped;
    this.shipped = shipped.resolve("node");
  }

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    Version wanted = request.runtime().version();
    Interpreter node =
        nodes
            .find(wanted)
            .orElseThrow(() ->
                new UnusableRuntimeException(
                    request.runtime().text()
                        + " needs Node.js, which is not installed; run: "
                        + install.node(wanted)));
    Optional<NodeClient> client =
        prefersShipped ? Optional.empty() : client(request.taskRoot(), node);
    List<String> command = new ArrayList<>(List.of(node.program().toString()));
    command.addAll(memoryOptions(request.code().memoryMegabytes()));
    command.addAll(moduleOptions(request, node.version()));
    if (client.isPresent()) {
      if (searchesLayers(request) && node.version().isAtLeast(REGISTER_HOOKS_20)) {
        command.add("--import=" + shipped.resolve("node-path.mjs").toUri());
      }
      command.addAll(client.get().arguments(shipped));
    } else {
      command.add(shipped.resolve("rapid-runtime.mjs").toString());
    }
    command.add(request.handler());
    String runs =
        client
            .map(found -> "AWS's client (" + found.program() + ")")
            .orElse(
                prefersShipped
                    ? "Rapid's own runtime"
                    : "Rapid's own runtime, because AWS's client aws-lambda-ric is not installed");
    return new Start(
        command,
        node.program().getParent(),
        variables(request),
        VersionNotice.of(
            request.runtime(), "Node.js", 1, node, runs, "run: " + install.node(wanted)));
  }

  @Override
  public Map<String, String> variables(Request request) {
    String major = request.runtime().version().text(1);
    List<String> paths =
        new ArrayList<>(
            request.inLayers("nodejs/node" + major + "/node_modules", "nodejs/node_modules"));
    paths.add(shipped.resolve("node_modules").toString());
    paths.add(shipped.toString());
    paths.add(request.taskRoot().toString());
    return Map.of("NODE_PATH", String.join(":", paths), "LAMBDA_RUNTIME_DIR", shipped.toString());
  }

  /** The options that the cloud gives, in its order. */
  private static List<String> memoryOptions(int megabytes) {
    int young = megabytes / 10;
    return List.of(
        "--expose-gc",
        "--max-http-header-size",
        "81920",
        "--max-semi-space-size=" + young / 2,
        "--max-old-space-size=" + (megabytes - young));
  }

  /** What the cloud switches off, unless the function switches it on. */
  private static List<String> moduleOptions(Request request, Version node) {
    int wanted = request.runtime().version().major();
    List<String> given =
        Arrays.asList(request.code().variables().getOrDefault("NODE_OPTIONS", "").split("\\s+"));
    List<String> options = new ArrayList<>();
    if (wanted >= FIRST_WITHOUT_SWITCHES || node.major() > LAST_NODE_WITH_SWITCHES) {
      return options;
    }
    if (wanted >= 20
        && knows(node, REQUIRE_MODULE_20)
        && !given.contains("--experimental-require-module")) {
      options.add("--no-experimental-require-module");
    }
    if (wanted >= 22
        && knows(node, DETECT_MODULE_20)
        && !given.contains("--experimental-detect-module")) {
      options.add("--no-experimental-detect-module");
    }
    return options;
  }

  /** Returns whether a Node.js has what came with 22, and in a version of 20. */
  private static boolean knows(Version node, Version since) {
    return node.major() >= 22 || (node.major() == 20 && node.isAtLeast(since));
  }

  /** Returns whether a folder of {@code NODE_PATH} has packages that {@code import} must find. */
  private static boolean searchesLayers(Request request) {
    return request.sets("NODE_PATH")
        || !request
            .layerDirectories(
                "nodejs/node_modules",
                "nodejs/node" + request.runtime().version().text(1) + "/node_modules")
            .isEmpty();
  }

  private Optional<NodeClient> client(Path taskRoot, Interpreter node) {
    List<Path> places = new ArrayList<>();
    for (Path place = taskRoot; place != null; place = place.getParent()) {
      places.add(place.resolve("node_modules"));
    }
    places.add(node.home().resolve("lib/node_modules"));
    places.add(
        new Interpreter(Machine.real(node.program()), node.version())
            .home()
            .resolve("lib/node_modules"));
    machine
        .directory("NPM_CONFIG_PREFIX")
        .ifPresent(p -> places.add(p.resolve("lib/node_modules")));
    return places.stream().flatMap(place -> NodeClient.in(place).stream()).findFirst();
  }

  /** Returns whether AWS's client is installed for all functions of an interpreter. */
  Optional<NodeClient> globalClient(Interpreter node) {
    return client(Path.of("/"), node);
  }
}
