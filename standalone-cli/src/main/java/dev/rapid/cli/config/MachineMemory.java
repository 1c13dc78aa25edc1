package dev.rapid.cli.config;

import dev.rapid.emulator.settings.Checks;
import dev.rapid.emulator.settings.FunctionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this machine has for workers, as Fn reckons it. */
final class MachineMemory {

  private static final Path OF_MACHINE = Path.of("/proc/meminfo");
  private static final Path OF_CONTAINER = Path.of("/sys/fs/cgroup/memory.max");
  private static final String AVAILABLE = "MemAvailable:";

  private static final long KIBIBYTE = 1024;
  private static final long MEBIBYTE = 1024 * KIBIBYTE;

  /** What is kept free for the system and for Rapid itself. */
  private static final int LEAST_KEPT_MEGABYTES = 256;

  private static final int MOST_KEPT_MEGABYTES = 5 * 1024;

  /** Enough for two workers of the usual size, however little there seems to be. */
  private static final int LEAST_MEGABYTES = 2 * FunctionSettings.FDK_MEMORY_MEGABYTES;

  private MachineMemory() {}

  /** Returns the memory for workers unless the settings say otherwise, in MiB. */
  static int forWorkers() {
    return forWorkers(read(OF_MACHINE), read(OF_CONTAINER));
  }

  /**
   * Returns the memory that is available without a tenth of it, or without 256 MiB if that is more,
   * but at most 5 GiB are kept free (contract fn-runner, section 3.2). Where the memory is not
   * known, the heap is taken for it.
   *
   * @param ofMachine what Linux says of the memory of the machine
   * @param ofContainer the limit of the container in bytes, or a word if there is none
   */
  static int forWorkers(String ofMachine, String ofContainer) {
    long available =
        ofMachine
            .lines()
            .filter(line -> line.startsWith(AVAILABLE))
            .map(line -> line.substring(AVAILABLE.length()).replace("kB", ""))
            .mapToLong(line -> number(line) * KIBIBYTE)
            .findFirst()
            .orElse(Runtime.getRuntime().maxMemory());
    long megabytes = Math.min(available, number(ofContainer)) / MEBIBYTE;
    int kept = Math.clamp(megabytes / 10, LEAST_KEPT_MEGABYTES, MOST_KEPT_MEGABYTES);
    return Math.clamp(megabytes - kept, LEAST_MEGABYTES, Checks.MAX_MEGABYTES);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE / KIBIBYTE;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
