package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rapid.queue.sql.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cluster of {@code examples/cluster}: PostgreSQL, two nodes, nginx. */
final class Cluster implements AutoCloseable {

  /** More than the start or the end of all parts takes on a slow machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int PORTS = 4;
  private static final int SHOWN_LINES = 30;

  private final Path directory;
  private final Path configuration;
  private final String options;
  private final Path postgres;
  private final int port;

  private Cluster(Path directory, Path configuration, String options, Path postgres, int port) {
    this.directory = directory;
    this.configuration = configuration;
    this.options = options;
    this.postgres = postgres;
    this.port = port;
  }

  /**
   * Starts all parts; without nginx or PostgreSQL the test is skipped.
   *
   * @param directory of the test, for data and logs
   * @param configuration the {@code rapid.yaml} of the nodes
   * @param options more options of the nodes
   */
  static Cluster start(Path directory, Path configuration, String... options) {
    return start(directory, configuration, List.of(), options);
  }

  /**
   * Starts some parts.
   *
   * @param parts their names; all if there are none
   */
  static Cluster start(Path directory, Path configuration, List<String> parts, String... options) {
    assumeTrue(
        Command.exists("nginx") || Files.isExecutable(Path.of("/usr/sbin/nginx")), "nginx exists");
    assumeTrue(PostgresServer.missing() == null, PostgresServer::missing);
    Path postgres;
    try {
      postgres = PostgresServer.programs();
      // Servers that run without the rights of the test's user have their data here.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Cluster cluster =
        new Cluster(
            directory.resolve("cluster"),
            configuration,
            String.join(" ", options),
            postgres,
            Ports.firstOfFree(PORTS));
    try {
      List<String> words = new ArrayList<>(List.of("start"));
      words.addAll(parts);
      cluster.run(words.toArray(String[]::new));
    } catch (AssertionError e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Runs the script and returns what it said. */
  String run(String... words) {
    Command.Result result = result(words);
    assertThat(result.exit()).as("%s%s%n%s", result.out(), result.err(), logs()).isZero();
    return result.out();
  }

  private Command.Result result(String... words) {
    String[] command = new String[words.length + 1];
    command[0] = Command.ROOT.resolve("examples/cluster/cluster").toString();
    System.arraycopy(words, 0, command, 1, words.length);
    return Command.of(command)
        .with("RAPID", Rapid.launcher("rapid"))
        .with("CLUSTER_DIR", directory.toString())
        .with("CLUSTER_PORT", Integer.toString(port))
        .with("CLUSTER_CONFIG", configuration.toString())
        .with("CLUSTER_OPTIONS", options)
        .with("POSTGRES_BIN", postgres.toString())
        .within(PATIENCE)
        .run();
  }

  /** Returns where callers find all nodes. */
  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns where one node is, 1 or 2. */
  URI node(int number) {
    return URI.create("http://127.0.0.1:" + (port + number));
  }

  /** Returns where the database is, as nodes take it. */
  String databaseUrl() {
    return "jdbc:postgresql://127.0.0.1:" + (port + 3) + "/postgres?user=rapid";
  }

  /**
   * Ends a node as the loss of its machine would.
   *
   * @return the id of its process
   */
  long kill(int number) {
    try {
      String pid = Files.readString(directory.resolve("node-" + number + ".pid")).strip();
      Command.of("kill", "-KILL", pid).run();
      return Long.parseLong(pid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what the nodes and nginx have said about themselves lately. */
  String logs() {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("node-1.log", "node-2.log", "nginx/error.log")) {
      text.append("--- ").append(name).append('\n');
      List<String> lines = lines(name).filter(line -> !line.contains("RequestId: ")).toList();
      lines
          .subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
          .forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  /** Returns the lines that both nodes and their functions have written. */
  Stream<String> output() {
    return Stream.concat(lines("node-1.log"), lines("node-2.log"));
  }

  private Stream<String> lines(String log) {
    try {
      return Files.readAllLines(directory.resolve(log)).stream();
    } catch (IOException missing) {
      return Stream.empty();
    }
  }

  @Override
  public void close() {
    Command.Result result = result("stop");
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
  }
}
