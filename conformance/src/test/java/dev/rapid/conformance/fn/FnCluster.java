package dev.rapid.conformance.fn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.conformance.ClientProject;
import dev.rapid.conformance.Command;
import dev.rapid.conformance.Ports;
import dev.rapid.conformance.Rapid;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The cluster of {@code examples/fn-cluster}: two Rapids as runners behind a load balancer of Fn.
 *
 * <p>The load balancer is the one in {@code clients/fn-balancer}, which behaves as Fn's. {@code
 * -Dfn.server=FILE} uses the program {@code fnserver} of Fn in its place.
 */
final class FnCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PORTS = 6;
  private static final int SHOWN_LINES = 30;

  private final Path directory;
  private final Path configuration;
  private final Path api;
  private final String balancer;
  private final String programs;
  private final int port = Ports.firstOfFree(PORTS);

  private FnCluster(
      Path directory, Path configuration, Path api, String balancer, String programs) {
    this.directory = directory;
    this.configuration = configuration;
    this.api = api;
    this.balancer = balancer;
    this.programs = programs;
  }

  /**
   * Starts all parts; without Go, or without what it downloads, the test is skipped.
   *
   * @param directory of the test, for logs
   * @param configuration the {@code rapid.yaml} of the nodes, with their {@code NODE} and {@code
   *     RUNNER_PORT}
   * @param api the apps and functions of Fn
   */
  static FnCluster start(Path directory, Path configuration, Path api) {
    return start(directory, configuration, api, System.getenv("PATH"));
  }

  /**
   * Starts all parts.
   *
   * @param programs where commands of functions are looked for, as in {@code PATH}
   */
  static FnCluster start(Path directory, Path configuration, Path api, String programs) {
    assumeTrue(Command.exists("python3"), "python3 exists");
    FnCluster cluster =
        new FnCluster(directory.resolve("fn-cluster"), configuration, api, balancer(), programs);
    try {
      cluster.run("start");
    } catch (AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Returns the path of the load balancer. */
  private static String balancer() {
    String real = System.getProperty("fn.server", "");
    if (!real.isEmpty()) {
      return real;
    }
    return ClientProject.of("fn-balancer", "go")
        .install("go", "build", "-mod=mod", "-o", "balancer", ".")
        .path("balancer");
  }

  /** Runs the script and returns what it said. */
  String run(String... words) {
    Command.Result result = result(words);
    assertThat(result.exit()).as("%s%s%n%s", result.out(), result.err(), logs()).isZero();
    return result.out();
  }

  private Command.Result result(String... words) {
    String[] command = new String[words.length + 1];
    command[0] = Command.ROOT.resolve("examples/fn-cluster/fn-cluster").toString();
    System.arraycopy(words, 0, command, 1, words.length);
    return Command.of(command)
        .with("RAPID", Rapid.launcher("rapid"))
        .with("FNSERVER", balancer)
        .with("PATH", programs)
        .with("FN_CLUSTER_DIR", directory.toString())
        .with("FN_CLUSTER_PORT", Integer.toString(port))
        .with("FN_CLUSTER_CONFIG", configuration.toString())
        .with("FN_CLUSTER_API", api.toString())
        .within(PATIENCE)
        .run();
  }

  /** Returns where callers find the function of an id of Fn. */
  URI invokeUrl(String function) {
    return URI.create("http://127.0.0.1:" + port + "/invoke/" + function);
  }

  /** Returns where callers find a trigger. */
  URI triggerUrl(String app, String source) {
    return URI.create("http://127.0.0.1:" + port + "/t/" + app + source);
  }

  /** Returns where a node answers HTTP, 1 or 2. */
  URI node(int number) {
    return URI.create("http://127.0.0.1:" + (port + number));
  }

  /** Returns what the parts have said about themselves lately. */
  String logs() {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("node-1.log", "node-2.log", "lb.log")) {
      text.append("--- ").append(name).append('\n');
      List<String> lines = lines(name);
      lines
          .subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
          .forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  private List<String> lines(String log) {
    try {
      return Files.readAllLines(directory.resolve(log));
    } catch (IOException missing) {
      return List.of();
    }
  }

  @Override
  public void close() {
    Command.Result result = result("stop");
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
  }
}
