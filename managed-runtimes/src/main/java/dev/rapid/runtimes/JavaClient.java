package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * AWS's client for Java: its jars, which stand first on the class path (contract
 * templates-and-runtimes, section 6.4).
 *
 * @param where where it was found, for people
 * @param jars its jars; none if its classes are among those of the function
 */
record JavaClient(String where, List<Path> jars) {

  static final String GROUP = "com.amazonaws";
  static final String ARTIFACT = "aws-lambda-java-runtime-interface-client";
  static final String TESTED_VERSION = "2.10.1";
  static final String MAIN_CLASS = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  private static final String MAIN_CLASS_FILE = MAIN_CLASS.replace('.', '/') + ".class";

  /** The jars of the client, by the beginnings of their names. */
  private static final List<String> JARS =
      List.of(ARTIFACT, "aws-lambda-java-core", "aws-lambda-java-serialization", "utils-lite");

  /** Folders of Maven's groups in a repository, for each of {@link #JARS}. */
  private static final List<String> MAVEN_FOLDERS =
      List.of("com/amazonaws", "com/amazonaws", "com/amazonaws", "software/amazon/awssdk");

  private static final List<String> GRADLE_GROUPS =
      List.of("com.amazonaws", "com.amazonaws", "com.amazonaws", "software.amazon.awssdk");

  /** Returns the client that the function has, else that of a repository of this machine. */
  static Optional<JavaClient> find(Machine machine, Path taskRoot) {
    return ofFunction(taskRoot).or(() -> ofMachine(machine));
  }

  private static Optional<JavaClient> ofFunction(Path taskRoot) {
    if (Files.isRegularFile(taskRoot.resolve(MAIN_CLASS_FILE))) {
      return Optional.of(new JavaClient(taskRoot.toString(), List.of()));
    }
    List<Path> jars = jarsOf(taskRoot.resolve("lib"));
    return jars.stream()
        .filter(jar -> nameOf(jar).startsWith(ARTIFACT))
        .findFirst()
        .map(client -> new JavaClient(client.toString(), clientJars(jars)));
  }

  private static List<Path> clientJars(List<Path> jars) {
    return jars.stream()
        .filter(jar -> JARS.stream().anyMatch(prefix -> nameOf(jar).startsWith(prefix + "-")))
        .toList();
  }

  /** Returns the latest client in Maven's or Gradle's repository. */
  static Optional<JavaClient> ofMachine(Machine machine) {
    return ofMaven(machine).or(() -> ofGradle(machine));
  }

  private static Optional<JavaClient> ofMaven(Machine machine) {
    Path repository = machine.home().resolve(".m2/repository");
    List<Path> jars = new ArrayList<>();
    for (int i = 0; i < JARS.size(); i++) {
      latest(repository.resolve(MAVEN_FOLDERS.get(i)).resolve(JARS.get(i)), "")
          .ifPresent(jars::add);
    }
    return complete(jars);
  }

  private static Optional<JavaClient> ofGradle(Machine machine) {
    Path cache =
        machine
            .directory("GRADLE_USER_HOME")
            .orElse(machine.home().resolve(".gradle"))
            .resolve("caches/modules-2/files-2.1");
    List<Path> jars = new ArrayList<>();
    for (int i = 0; i < JARS.size(); i++) {
      latest(cache.resolve(GRADLE_GROUPS.get(i)).resolve(JARS.get(i)), "*").ifPresent(jars::add);
    }
    return complete(jars);
  }

  private static Optional<JavaClient> complete(List<Path> jars) {
    boolean complete = jars.size() >= 3 && nameOf(jars.get(0)).startsWith(ARTIFACT);
    return complete ? Optional.of(new JavaClient(jars.get(0).toString(), jars)) : Optional.empty();
  }

  /**
   * Returns the jar of the latest version.
   *
   * @param below {@code *} if each version has folders in between
   */
  private static Optional<Path> latest(Path artifact, String below) {
    Comparator<Path> byVersion = Comparator.comparing(folder -> Version.find(nameOf(folder)));
    return Machine.list(artifact).stream()
        .filter(Files::isDirectory)
        .sorted(byVersion.reversed())
        .flatMap(folder ->
            below.isEmpty()
                ? jarsOf(folder).stream()
                : Machine.list(folder).stream().flatMap(hash -> jarsOf(hash).stream()))
        .filter(jar -> !nameOf(jar).contains("-sources") && !nameOf(jar).contains("-javadoc"))
        .findFirst();
  }

  /** Returns the jars in a folder, in the order of their names. */
  static List<Path> jarsOf(Path folder) {
    return Machine.list(folder).stream().filter(file -> nameOf(file).endsWith(".jar")).toList();
  }

  private static String nameOf(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }
}
