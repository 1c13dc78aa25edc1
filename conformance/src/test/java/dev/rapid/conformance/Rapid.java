package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packaged program, serving one function.
 *
 * <p>Closing it sends SIGTERM and checks that it ends well and that no process of the function, nor
 * one that such a process started, is left.
 */
public final class Rapid implements AutoCloseable {

  /** More than anything here takes on a slow machine. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Pattern ADDRESS = Pattern.compile("(?<!APIs?) at (http://[0-9.]+:[0-9]+)");
  private static final Pattern API_ADDRESS =
      Pattern.compile("rapid: (?:[0-9]+ )?APIs? at (http://[0-9.]+:[0-9]+)");
  private static final String INVOKE = "/2015-03-31/functions/function/invocations";

  /** Is in the environment of all processes that a Rapid starts, and thus finds them. */
  private static final String MARK = "CONFORMANCE_MARK";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process process;
  private final String mark;
  private final Lines out;
  private final Lines err;
  private final URI url;
  private boolean ended;

  private Rapid(ProcessBuilder builder, URI known) throws IOException {
    this.mark = MARK + "=" + UUID.randomUUID();
    Command.cleanEnvironment(builder.environment());
    builder.environment().put(MARK, mark.substring(MARK.length() + 1));
    this.process = builder.start();
    this.out = Lines.of(process.getInputStream());
    this.err = Lines.of(process.getErrorStream());
    this.url = known.getPort() > 0 ? known : awaitAddress();
  }

  /** Starts {@code rapid serve} on a free port and waits until it says where it is. */
  public static Rapid serve(String... args) {
    List<String> words = new ArrayList<>(List.of(launcher("rapid"), "serve"));
    words.add("--listen=127.0.0.1:0");
    words.addAll(List.of(args));
    return startServing(new ProcessBuilder(words));
  }

  /** Starts {@code rapid serve} with a {@link ScriptedRuntime}. */
  public static Rapid serveScripted(String... options) {
    List<String> args = new ArrayList<>(List.of(options));
    args.add("--");
    args.addAll(ScriptedRuntime.command());
    return serve(args.toArray(String[]::new));
  }

  /** Starts a program that serves callers, and waits until it says where. */
  public static Rapid startServing(ProcessBuilder builder) {
    return start(builder, URI.create("http://127.0.0.1:0"));
  }

  /** Starts a program that serves callers at {@code url}, and waits until it does. */
  public static Rapid start(ProcessBuilder builder, URI url) {
    try {
      builder.directory(Command.ROOT.toFile());
      Rapid rapid = new Rapid(builder, url);
      if (url.getPort() > 0) {
        await().atMost(PATIENCE).until(rapid::isLive);
      }
      return rapid;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the directory of the packaged program. */
  public static Path home() {
    return Path.of(System.getProperty("rapid.home")).toAbsolutePath().normalize();
  }

  /** Returns the path of a launcher of the packaged program. */
  public static String launcher(String name) {
    return home().resolve("bin").resolve(name).toString();
  }

  /** Returns a file of the program's folder {@code lib}. */
  public static String shipped(String path) {
    return home().resolve("lib").resolve(path).toString();
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private URI awaitAddress() {
    return awaitAddress(ADDRESS);
  }

  private URI awaitAddress(Pattern announcement) {
    String line = err.await(announcement.asPredicate(), process);
    Matcher matcher = announcement.matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException(line);
    }
    return URI.create(matcher.group(1));
  }

  private boolean isLive() {
    assertThat(process.isAlive()).as("ended with:%n%s", err).isTrue();
    try {
      return get("/_rapid/live") == 200;
    } catch (AssertionError notYet) {
      return false;
    }
  }

  // ----------------------------------------------------------------- callers

  public URI url() {
    return url;
  }

  /** Returns the address of the HTTP APIs. */
  public URI apiUrl() {
    return awaitAddress(API_ADDRESS);
  }

  /** Returns where the function is invoked. */
  public String invokeUrl() {
    return url + INVOKE;
  }

  public Answer invoke(String event) {
    return invoke(event.getBytes(StandardCharsets.UTF_8));
  }

  public Answer invoke(byte[] event) {
    return invokeAsync(event).join();
  }

  public CompletableFuture<Answer> invokeAsync(byte[] event) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(invokeUrl()))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofByteArray(event))
            .build();
    long began = System.nanoTime();
    return client
        .sendAsync(request, BodyHandlers.ofByteArray())
        .thenApply(response -> Answer.of(response, Duration.ofNanos(System.nanoTime() - began)));
  }

  /** Returns the status of a GET. */
  public int get(String path) {
    try {
      HttpResponse<Void> response =
          client.send(
              HttpRequest.newBuilder(url.resolve(path)).timeout(PATIENCE).build(),
              BodyHandlers.discarding());
      return response.statusCode();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what the sandbox does now, as text. */
  public String state() {
    return Http.get(url.resolve("/_rapid/state")).text();
  }

  /** Returns the sum of a metric over all labels. */
  public double metric(String name) {
    return Http.get(url.resolve("/metrics"))
        .text()
        .lines()
        .filter(line -> line.matches(name + "(\\{.*\\})? .*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Waits until the page of the state says so. */
  public void awaitState(String part) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(state()).contains(part));
  }

  /** Waits until the next invocation would begin at once. */
  public void awaitReady() {
    awaitState("[Ready]");
  }

  // ------------------------------------------------------------ what it says

  /** Waits for a line on stderr and returns it. */
  public String awaitMessage(String part) {
    return err.await(line -> line.contains(part), process);
  }

  /** Waits for a line on stdout and returns it. */
  public String awaitOutput(String part) {
    return out.await(line -> line.contains(part), process);
  }

  /** Waits for a line on stdout that matches and returns it. */
  public String awaitOutput(Pattern wanted) {
    return out.await(wanted.asPredicate(), process);
  }

  /** Returns what was said on stdout so far. */
  public String output() {
    return out.toString();
  }

  public String messages() {
    return err.toString();
  }

  // --------------------------------------------------------------- processes

  /** Returns the processes that run because of this Rapid, without itself. */
  public List<Long> offspring() {
    return marked().filter(pid -> pid != process.pid()).toList();
  }

  private Stream<Long> marked() {
    List<Long> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(this::isMarked)
          .forEach(path -> found.add(Long.valueOf(path.getFileName().toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream();
  }

  private boolean isMarked(Path process) {
    try {
      String environment =
          new String(Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
      return environment.contains(mark);
    } catch (IOException goneOrForeign) {
      return false;
    }
  }

  /** Fails if a process is left a few seconds after the end. */
  public void assertNothingIsLeft() {
    if (Files.exists(Path.of("/proc/self/environ"))) {
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(marked().toList()).as("processes left").isEmpty());
    }
  }

  public long pid() {
    return process.pid();
  }

  public void signal(String name) {
    Command.of("kill", "-" + name, String.valueOf(process.pid())).run();
  }

  /** Waits for the end and returns the exit status. */
  public int awaitEnd() {
    try {
      boolean inTime = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(inTime).as("the program ended in time; it said:%n%s", err).isTrue();
      ended = true;
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (!ended) {
        process.destroy();
        assertThat(awaitEnd()).as("exit status after SIGTERM").isZero();
      }
      assertNothingIsLeft();
    } finally {
      process.destroyForcibly();
      marked()
          .flatMap(pid -> ProcessHandle.of(pid).stream())
          .forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** What a stream has said so far. */
  private static final class Lines {

    private final List<String> lines = new ArrayList<>();
    private boolean closed;

    static Lines of(InputStream stream) {
      Lines lines = new Lines();
      Thread.ofVirtual().start(() -> lines.pump(stream));
      return lines;
    }

    private void pump(InputStream stream) {
      try (BufferedReader reader =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        reader.lines().forEach(this::add);
      } catch (IOException | UncheckedIOException e) {
        // It ended.
      } finally {
        synchronized (this) {
          closed = true;
          notifyAll();
        }
      }
    }

    private synchronized void add(String line) {
      lines.add(line);
      notifyAll();
    }

    synchronized String await(Predicate<String> wanted, Process process) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      int next = 0;
      while (true) {
        for (; next < lines.size(); next++) {
          if (wanted.test(lines.get(next))) {
            return lines.get(next);
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (closed || left <= 0) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
          throw new AssertionError("not said in time; instead:\n" + this);
        }
        try {
          wait(left);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public synchronized String toString() {
      return String.join("\n", lines);
    }
  }
}
