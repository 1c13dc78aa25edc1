package dev.rapid.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What this process has at a moment.
 *
 * @param threads those of Java; the JDK keeps its reapers of processes for a minute
 * @param processes how many descend from this one
 * @param descriptors what the open files are, as far as the system tells
 */
record Resources(Set<Thread> threads, long processes, List<String> descriptors) {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private static boolean isOfTheJdk(Thread thread) {
    String name = thread.getName();
    return name.startsWith("process reaper")
        || name.startsWith("HttpClient-")
        || name.equals("Cleaner-0");
  }

  static Resources now() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(Resources::isOfTheJdk);
    return new Resources(threads, ProcessHandle.current().descendants().count(), open());
  }

  private static List<String> open() {
    assumeTrue(Files.isDirectory(DESCRIPTORS), "needs /proc");
    List<String> open = new ArrayList<>();
    try (Stream<Path> files = Files.list(DESCRIPTORS)) {
      for (Path file : files.toList()) {
        try {
          open.add(Files.readSymbolicLink(file).toString());
        } catch (IOException closedMeanwhile) {
          // For example the listing itself.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Jars that classes were loaded from, and the listing.
    open.removeIf(name -> name.endsWith(".jar") || name.endsWith("/fd"));
    return open.stream().sorted().toList();
  }

  /** Waits until nothing is there that was not there at this moment. */
  void awaitAgain() {
    await()
        .pollInSameThread()
        .untilAsserted(() -> {
          Resources left = now();
          assertThat(threads).containsAll(left.threads());
          assertThat(left.processes()).isLessThanOrEqualTo(processes);
          List<String> more = new ArrayList<>(left.descriptors());
          descriptors.forEach(more::remove);
          assertThat(more).isEmpty();
        });
  }
}
