package dev.rapid.conformance.azure;

import dev.rapid.conformance.azure.fake.FakeWorker;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How the scripted worker is started. */
final class FakeProgram {

  /** What it needs of the class path of the tests. A short one starts faster. */
  private static final Pattern NEEDED =
      Pattern.compile(
          ".*[/\\\\](test-classes|azure-protocol.*"
              + "|(grpc|protobuf-java|guava|failureaccess|perfmark|jspecify)-.*\\.jar)");

  private FakeProgram() {}

  /** Returns the Java that runs it. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Returns the arguments of Java.
   *
   * @param worker what it does
   * @param traces where its traces go
   */
  static List<String> arguments(Class<? extends FakeWorker> worker, Path traces) {
    return List.of(
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-Dio.grpc.netty.shaded.io.netty.transport.noNative=true",
        "-cp",
        classPath(),
        FakeWorker.class.getName(),
        worker.getName(),
        traces.toString());
  }

  /** Returns program and arguments. */
  static List<String> command(Class<? extends FakeWorker> worker, Path traces) {
    List<String> words = new ArrayList<>(List.of(java()));
    words.addAll(arguments(worker, traces));
    return words;
  }

  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> NEEDED.matcher(entry.replaceFirst("/classes/?$", "")).matches())
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
