import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Makes the directory of the packaged program: launchers, jars, and an archive of classes that
 * makes the start quick. Maven runs it on the toolchain's JDK, from this source.
 *
 * <p>The archive is written by a training run of the packaged program itself, with the flags of its
 * launcher. Its name has the hash of everything that it depends on, because the virtual machine of
 * Java 25 does not notice when a jar has changed. Files that are the same stay as they are, and
 * others are put in place by renaming, so that programs that run from the directory go on.
 */
final class Package {

  private static final int FIRST_RELEASE_WITH_AOT_CACHE = 25;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * Directories, and the beginnings of the names of the jars in them. They are not on the class
   * path, because a start opens each jar of it; {@code LateLibraries} (late-libraries) loads them.
   */
  private static final Map<String, List<String>> LATE_LIBRARIES =
      Map.of(
          "databases", List.of("HikariCP-", "h2-", "postgresql-", "slf4j-"),
          "protocols",
              List.of(
                  "netty-",
                  "grpc-",
                  "protobuf-java-",
                  "guava-",
                  "failureaccess-",
                  "listenablefuture-",
                  "perfmark-api-",
                  "gson-",
                  "jsr305-",
                  "j2objc-annotations-",
                  "error_prone_annotations-",
                  "animal-sniffer-annotations-",
                  "annotations-"));

  private final Path sources;
  private final Path target;

  private Package(Path sources, Path target) {
    this.sources = sources;
    this.target = target;
  }

  /**
   * Runs with these arguments: the directory with our sources, the directory to make, the main jar,
   * the class path, when the build began, whether to leave the archive out, and the directory of
   * the runtimes that are shipped.
   */
  public static void main(String[] args) throws Exception {
    Path target = Path.of(args[1]);
    Path mainJar = Path.of(args[2]);
    Instant began = Instant.parse(args[4]);
    boolean skipArchive = !args[5].isEmpty() && !args[5].equals("false");

    var packaging = new Package(Path.of(args[0]), target);
    packaging.copyJars(mainJar, args[3]);
    packaging.copyRuntimes(Path.of(args[6]));
    packaging.makeLaunchers(mainJar.getFileName().toString(), skipArchive);

    // From here on, the launcher at the root takes sources older than this as built.
    Path stamp = target.resolveSibling("rapid.stamp");
    Files.writeString(stamp, began + "\n");
    Files.setLastModifiedTime(stamp, FileTime.from(began));
  }

  // -------------------------------------------------------------------- jars

  /**
   * Copies the jars of others, and puts all modules of ours into the main jar: for each jar, the
   * start checks a file and defines a code source, which takes longer than our classes in it.
   */
  private void copyJars(Path mainJar, String classPath) throws IOException {
    Path lib = Files.createDirectories(target.resolve("lib"));
    String mainName = mainJar.getFileName().toString();
    Set<String> names = new TreeSet<>(Set.of(mainName));
    List<Path> modules = new ArrayList<>(List.of(mainJar));
    for (String entry : classPath.split(System.getProperty("path.separator"))) {
      if (!entry.endsWith(".jar") || entry.endsWith("-tests.jar")) {
        continue;
      }
      Path jar = Path.of(entry);
      if (isOurs(jar)) {
        modules.add(jar);
      } else {
        String name = jar.getFileName().toString();
        names.add(name);
        Path directory = Files.createDirectories(lib.resolve(directoryOf(name)));
        replace(directory.resolve(name), Files.readAllBytes(jar), false);
      }
    }
    replace(lib.resolve(mainName), merged(modules, names), false);
    List<Path> directories = new ArrayList<>(List.of(lib));
    LATE_LIBRARIES.keySet().forEach(each -> directories.add(lib.resolve(each)));
    for (Path directory : directories) {
      for (Path old : Files.exists(directory) ? list(directory, ".jar") : List.<Path>of()) {
        String name = old.getFileName().toString();
        if (!names.contains(name) || !lib.resolve(directoryOf(name)).equals(directory)) {
          Files.delete(old);
        }
      }
    }
  }

  /** Returns where a jar is, below the directory of the main jar; empty if beside it. */
  private static String directoryOf(String name) {
    for (var each : LATE_LIBRARIES.entrySet()) {
      if (each.getValue().stream().anyMatch(name::startsWith)) {
        return each.getKey();
      }
    }
    return "";
  }

  private static boolean isOurs(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry("dev/rapid/") != null;
    }
  }

  /**
   * Returns a jar with the entries of all {@code modules} and the manifest of the first one, whose
   * class path keeps the jars of others.
   *
   * @param packaged the names of the jars that are packaged
   */
  private static byte[] merged(List<Path> modules, Set<String> packaged) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    Map<String, FileTime> times = new TreeMap<>();
    for (Path module : modules) {
      try (JarFile file = new JarFile(module.toFile())) {
        for (JarEntry entry : Collections.list(file.entries())) {
          String name = entry.getName();
          if (name.equals(JarFile.MANIFEST_NAME) || name.startsWith("META-INF/maven/")) {
            continue;
          }
          byte[] bytes = file.getInputStream(entry).readAllBytes();
          byte[] other = contents.putIfAbsent(name, bytes);
          if (other != null && !Arrays.equals(other, bytes)) {
            throw new IOException("Two modules have different files called " + name);
          }
          times.putIfAbsent(name, entry.getLastModifiedTime());
        }
      }
    }
    Manifest manifest;
    FileTime built;
    try (JarFile file = new JarFile(modules.get(0).toFile())) {
      manifest = file.getManifest();
      built = file.getEntry(JarFile.MANIFEST_NAME).getLastModifiedTime();
    }
    Attributes attributes = manifest.getMainAttributes();
    String ours = "-" + attributes.getValue(Attributes.Name.IMPLEMENTATION_VERSION) + ".jar";
    List<String> others = new ArrayList<>();
    for (String name : attributes.getValue(Attributes.Name.CLASS_PATH).split(" ")) {
      if (packaged.contains(name)) {
        if (directoryOf(name).isEmpty()) {
          others.add(name);
        }
      } else if (!name.endsWith(ours)) {
        throw new IOException("The manifest of " + modules.get(0) + " names " + name);
      }
    }
    attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", others));

    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (JarOutputStream out = new JarOutputStream(jar)) {
      JarEntry first = new JarEntry(JarFile.MANIFEST_NAME);
      first.setLastModifiedTime(built);
      out.putNextEntry(first);
      manifest.write(out);
      for (var content : contents.entrySet()) {
        JarEntry entry = new JarEntry(content.getKey());
        entry.setLastModifiedTime(times.get(content.getKey()));
        out.putNextEntry(entry);
        out.write(content.getValue());
      }
    }
    return jar.toByteArray();
  }

  /** Copies the runtimes of ours that functions run with; what is not among them any more goes. */
  private void copyRuntimes(Path runtimes) throws IOException {
    Path copies = target.resolve("lib/runtimes");
    Set<Path> kept = new TreeSet<>();
    try (Stream<Path> files = Files.walk(runtimes)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (file.toString().contains("__pycache__")) {
          continue;
        }
        Path copy = copies.resolve(runtimes.relativize(file));
        Files.createDirectories(copy.getParent());
        replace(copy, Files.readAllBytes(file), false);
        kept.add(copy);
      }
    }
    try (Stream<Path> files = Files.walk(copies)) {
      for (Path old : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (!kept.contains(old)) {
          Files.delete(old);
        }
      }
    }
  }

  // --------------------------------------------------------------- launchers

  private void makeLaunchers(String mainJar, boolean skipArchive) throws Exception {
    Path bin = Files.createDirectories(target.resolve("bin"));
    Path lib = target.resolve("lib");
    String template = Files.readString(sources.resolve("bin/rapid"));
    Path javaHome = Path.of(System.getProperty("java.home"));
    String build = buildOf(javaHome);
    boolean aot = Runtime.version().feature() >= FIRST_RELEASE_WITH_AOT_CACHE;
    String archive = "rapid-" + hash(template, build) + (aot ? ".aot" : ".jsa");
    String launcher =
        template
            .replace("@jar@", mainJar)
            .replace("@archive@", archive)
            .replace("@java.build@", build)
            .replace("@java.home@", javaHome.toString().replace("'", "'\\''"));

    replace(
        lib.resolve("find-java.sh"),
        Files.readAllBytes(sources.resolve("lib/find-java.sh")),
        false);
    byte[] script = launcher.getBytes(StandardCharsets.UTF_8);
    replace(bin.resolve("rapid"), script, true);
    replace(bin.resolve("aws-lambda-rie"), script, true);

    for (String suffix : List.of(".aot", ".jsa", ".tmp", ".config")) {
      for (Path old : list(lib, suffix)) {
        if (skipArchive || !old.getFileName().toString().equals(archive)) {
          Files.delete(old);
        }
      }
    }
    if (!skipArchive && !build.isEmpty() && !Files.exists(lib.resolve(archive))) {
      try {
        train(bin.resolve("rapid"), lib.resolve(archive), javaHome, aot);
      } catch (IOException | TrainingException e) {
        System.out.println("The program is packaged without an archive of classes: " + e);
      }
    }
  }

  /** Returns what identifies a JDK, as find-java.sh reads it; empty if that is not possible. */
  private static String buildOf(Path javaHome) throws IOException {
    Path release = javaHome.resolve("release");
    if (!Files.isReadable(release)) {
      return "";
    }
    StringBuilder build = new StringBuilder();
    for (String line : Files.readAllLines(release)) {
      build.append(line);
      if (line.startsWith("JAVA_VERSION=")) {
        return build.indexOf("'") < 0 ? build.toString() : "";
      }
    }
    return "";
  }

  /** Returns a name for all jars, the launcher and the JDK. */
  private String hash(String template, String build) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path jar : list(target.resolve("lib"), ".jar")) {
      digest.update(jar.getFileName().toString().getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(jar));
    }
    digest.update(template.getBytes(StandardCharsets.UTF_8));
    digest.update(build.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  // ---------------------------------------------------------------- training

  /** The program cannot be trained here. */
  private static final class TrainingException extends Exception {

    private static final long serialVersionUID = 1;

    TrainingException(String message) {
      super(message);
    }
  }

  /** Runs the program so that it writes the archive when it ends. */
  private void train(Path launcher, Path archive, Path javaHome, boolean aot)
      throws IOException, InterruptedException, TrainingException {
    Path written = archive.resolveSibling(archive.getFileName() + ".tmp");
    Path log = target.resolveSibling("rapid-training.log");
    Path end = target.resolveSibling("rapid-training.end");
    Files.deleteIfExists(end);
    int callers = freePort();
    int runtimeApi = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher.toString(),
            "serve",
            "--listen=127.0.0.1:" + callers,
            "--runtime-api-address=127.0.0.1:" + runtimeApi,
            "--timeout=1",
            "--memory=512",
            "--env=A=b",
            "--",
            "sh",
            "-c",
            // The process of the function. What it says to the Runtime API, we say ourselves.
            "echo a line; echo another >&2; while [ ! -e \"$0\" ]; do sleep 0.05; done;"
                + " rm -f \"$0\"; exit 3",
            end.toString());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("RAPID_"));
    environment.keySet().removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    environment.put("RAPID_JAVA_HOME", javaHome.toString());
    environment.put(
        "RAPID_JAVA_OPTIONS",
        (aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + target.relativize(written));
    builder.directory(target.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());

    Process program = builder.start();
    try {
      new Training(URI.create("http://127.0.0.1:" + callers), runtimeApi, end).run(program);
      program.destroy();
      if (!program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new TrainingException("it does not end; see " + log);
      }
    } finally {
      program.descendants().forEach(ProcessHandle::destroyForcibly);
      program.destroyForcibly();
    }
    if (!Files.exists(written)) {
      throw new TrainingException("the training run wrote none; see " + log);
    }
    Files.move(written, archive, StandardCopyOption.ATOMIC_MOVE);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Callers and a runtime that do what callers and runtimes do. */
  private static final class Training {

    private static final String INVOKE = "/2015-03-31/functions/function/invocations";
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final int WARM_UP = 300;

    private final HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI callers;
    private final URI runtimeApi;
    private final Path end;

    Training(URI callers, int runtimeApiPort, Path end) {
      this.callers = callers;
      this.runtimeApi = URI.create("http://127.0.0.1:" + runtimeApiPort);
      this.end = end;
    }

    void run(Process program) throws IOException, InterruptedException, TrainingException {
      Thread.ofPlatform().daemon().name("runtime").start(this::serveEvents);
      awaitReady(program);
      String small = "{\"greeting\":\"" + "hello ".repeat(16) + "\"}";
      for (int i = 0; i < WARM_UP; i++) {
        invoke(small);
      }
      for (int size : new int[] {20_000, 1_000_000, 1_000_000, 6_000_000, 6_000_000}) {
        invoke("\"" + "x".repeat(size) + "\"");
      }
      invokeInParallel(small);
      invoke("\"error\"");
      invoke("\"exit\"");
      invoke(small);
      invoke("\"ignore\"");
      invoke(small);
      invoke("{ not JSON");
      invoke("\"" + "x".repeat(7_000_000) + "\"");
      send(callers, INVOKE, "{}", "X-Amz-Invocation-Type", "DryRun");
      send(callers, INVOKE, "{}", "X-Amz-Client-Context", "e30=");
      send(callers, INVOKE.replace("/function/", "/other/"), "{}");
      get(callers, "/_rapid/live");
      get(callers, "/nothing");
    }

    private void awaitReady(Process program)
        throws IOException, InterruptedException, TrainingException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline && program.isAlive()) {
        try {
          if (get(callers, "/_rapid/wait?for=ready&timeout=10s").statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          Thread.sleep(20);
        }
      }
      throw new TrainingException("the program does not start");
    }

    private void invokeInParallel(String event) throws TrainingException, InterruptedException {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        answers.add(client.sendAsync(post(callers, INVOKE, event), BodyHandlers.discarding()));
      }
      try {
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
      } catch (RuntimeException e) {
        throw new TrainingException("parallel invocations failed: " + e);
      }
    }

    /** The runtime. It is refused while its process does not run, and then tries again. */
    private void serveEvents() {
      String handled = "";
      while (true) {
        try {
          HttpResponse<InputStream> next =
              client.send(
                  request(runtimeApi, RUNTIME + "invocation/next").build(),
                  BodyHandlers.ofInputStream());
          byte[] event = next.body().readAllBytes();
          String id = next.headers().firstValue("lambda-runtime-aws-request-id").orElse("");
          if (next.statusCode() == 200 && !id.equals(handled)) {
            handled = id;
            handle(RUNTIME + "invocation/" + id, event);
          } else {
            // Not now, or once more the event that we do not answer.
            Thread.sleep(20);
          }
        } catch (IOException notYet) {
          // The sandbox was reset under us.
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private void handle(String invocation, byte[] event) throws IOException, InterruptedException {
      String text = event.length > 100 ? "" : new String(event, StandardCharsets.UTF_8);
      switch (text) {
        case "\"error\"" ->
            send(
                runtimeApi,
                invocation + "/error",
                "{\"errorType\":\"Sample\",\"errorMessage\":\"a sample\",\"stackTrace\":[]}",
                "Lambda-Runtime-Function-Error-Type",
                "Sample");
        case "\"exit\"" -> Files.createFile(end);
        case "\"ignore\"" -> {}
        default ->
            client.send(
                request(runtimeApi, invocation + "/response")
                    .POST(BodyPublishers.ofByteArray(event))
                    .build(),
                BodyHandlers.discarding());
      }
    }

    private void invoke(String event) throws IOException, InterruptedException {
      send(callers, INVOKE, event);
    }

    private void send(URI base, String path, String body, String... headers)
        throws IOException, InterruptedException {
      HttpRequest.Builder request = request(base, path).POST(BodyPublishers.ofString(body));
      if (headers.length > 0) {
        request.headers(headers);
      }
      try {
        client.send(request.build(), BodyHandlers.discarding());
      } catch (IOException e) {
        if (body.length() < 6_500_000) {
          throw e;
        }
        // Who sends too much may find the connection closed.
      }
    }

    private HttpResponse<Void> get(URI base, String path) throws IOException, InterruptedException {
      return client.send(request(base, path).build(), BodyHandlers.discarding());
    }

    private static HttpRequest post(URI base, String path, String body) {
      return request(base, path).POST(BodyPublishers.ofString(body)).build();
    }

    private static HttpRequest.Builder request(URI base, String path) {
      return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    }
  }

  // ------------------------------------------------------------------- files

  private static List<Path> list(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  /** Writes a file unless it is as it should be. Who has the old one open keeps it. */
  private static void replace(Path file, byte[] content, boolean executable) throws IOException {
    if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return;
    }
    Path written = file.resolveSibling("." + file.getFileName() + ".new");
    Files.write(written, content);
    if (Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(
          written, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
