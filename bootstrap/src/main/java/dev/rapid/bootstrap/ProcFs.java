package dev.rapid.bootstrap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * Linux's table of processes. Elsewhere it is empty.
 *
 * <p>Processes may end while they are looked at; a process that cannot be read is left out.
 */
final class ProcFs {

  private static final long BYTES_PER_KILOBYTE = 1024;

  private final Path root;

  /** Creates a view of the table mounted at {@code root}, which need not exist. */
  ProcFs(Path root) {
    this.root = root;
  }

  /** Returns whether there is a table. */
  boolean isPresent() {
    return Files.isReadable(root.resolve("self/stat"));
  }

  /**
   * A process that runs.
   *
   * @param parent the process that gets to know of its end
   * @param group its process group
   * @param session its session
   */
  record Entry(long parent, long group, long session) {}

  /** Returns the processes by number, without those that have ended and only wait to be noticed. */
  Map<Long, Entry> running() {
    Map<Long, Entry> entries = new HashMap<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path directory : directories) {
        String stat = read(directory.resolve("stat"));
        // The second field is the program's name in brackets and may contain anything.
        int nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0) {
          continue;
        }
        StringTokenizer fields = new StringTokenizer(stat.substring(nameEnd + 1));
        String state = fields.nextToken();
        if (!state.equals("Z") && !state.equals("X")) {
          Entry entry =
              new Entry(
                  Long.parseLong(fields.nextToken()),
                  Long.parseLong(fields.nextToken()),
                  Long.parseLong(fields.nextToken()));
          entries.put(Long.valueOf(String.valueOf(directory.getFileName())), entry);
        }
      }
    } catch (IOException | DirectoryIteratorException noTable) {
      return Map.of();
    }
    return entries;
  }

  /**
   * Returns whether a process was started with an environment variable.
   *
   * @param assignment the variable as {@code NAME=value}
   */
  boolean startedWith(long pid, String assignment) {
    String environment = read(process(pid).resolve("environ"));
    return ("\0" + environment + "\0").contains("\0" + assignment + "\0");
  }

  /**
   * Returns the sum of the peak resident sizes of a process and its living descendants, in bytes, 0
   * if unknown.
   */
  long peakResidentBytes(long pid) {
    long sum = 0;
    Set<Long> visited = new HashSet<>();
    Deque<Long> next = new ArrayDeque<>();
    next.add(pid);
    while (!next.isEmpty()) {
      long current = next.remove();
      if (visited.add(current)) {
        sum += peakResidentBytesOfOne(current);
        addChildren(current, next);
      }
    }
    return sum;
  }

  private long peakResidentBytesOfOne(long pid) {
    String status = read(process(pid).resolve("status"));
    int peak = status.indexOf("VmHWM:");
    if (peak < 0) {
      return 0;
    }
    StringTokenizer fields = new StringTokenizer(status.substring(peak));
    fields.nextToken();
    return Long.parseLong(fields.nextToken()) * BYTES_PER_KILOBYTE;
  }

  private void addChildren(long pid, Deque<Long> children) {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(process(pid).resolve("task"), "[0-9]*")) {
      for (Path thread : threads) {
        StringTokenizer pids = new StringTokenizer(read(thread.resolve("children")));
        while (pids.hasMoreTokens()) {
          children.add(Long.valueOf(pids.nextToken()));
        }
      }
    } catch (IOException | DirectoryIteratorException ended) {
      // Its children belong to somebody else now.
    }
  }

  private Path process(long pid) {
    return root.resolve(Long.toString(pid));
  }

  /** Returns the text of {@code file}, empty if it cannot be read. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      return "";
    }
  }
}
