package dev.rapid.bootstrap.family;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * Linux's table of processes. Elsewhere it is empty.
 *
 * <p>Processes may end while they are looked at; a process that cannot be read is left out.
 */
public final class ProcFs {

  private static final long BYTES_PER_KILOBYTE = 1024;
  private static final String FILE_LOCKS = "Max file locks ";
  private static final String SOCKET = "socket:[";
  private static final int LOCAL_FIELD = 1;
  private static final int REMOTE_FIELD = 2;
  private static final int SOCKET_FIELD = 9;
  private static final int HEXADECIMAL = 16;

  private final Path root;

  /** Creates a view of the table mounted at {@code root}, which need not exist. */
  public ProcFs(Path root) {
    this.root = root;
  }

  /** Returns whether there is a table. */
  public boolean isPresent() {
    return Files.isReadable(root.resolve("self/stat"));
  }

  /**
   * A process.
   *
   * @param parent the process that gets to know of its end
   * @param group its process group
   * @param session its session
   * @param runs false if it has ended and only waits to be noticed
   */
  public record Entry(long parent, long group, long session, boolean runs) {}

  /** Returns the numbers of all processes, the highest first: that is usually the newest. */
  List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, "[0-9]*")) {
      for (Path directory : directories) {
        pids.add(Long.valueOf(String.valueOf(directory.getFileName())));
      }
    } catch (IOException | DirectoryIteratorException noTable) {
      return List.of();
    }
    pids.sort(Comparator.reverseOrder());
    return pids;
  }

  /** Returns the processes by number, without those that have ended. */
  public Map<Long, Entry> running() {
    Map<Long, Entry> entries = new HashMap<>();
    for (long pid : pids()) {
      entry(pid).filter(Entry::runs).ifPresent(entry -> entries.put(pid, entry));
    }
    return entries;
  }

  /** Returns what the table says of a process, nothing if it is gone. */
  Optional<Entry> entry(long pid) {
    String stat = read(process(pid).resolve("stat"));
    // The second field is the program's name in brackets and may contain anything.
    int nameEnd = stat.lastIndexOf(')');
    if (nameEnd < 0) {
      return Optional.empty();
    }
    StringTokenizer fields = new StringTokenizer(stat.substring(nameEnd + 1));
    String state = fields.nextToken();
    long parent = Long.parseLong(fields.nextToken());
    long group = Long.parseLong(fields.nextToken());
    long session = Long.parseLong(fields.nextToken());
    boolean ended = state.equals("X") || (state.equals("Z") && !hasThreads(pid));
    return Optional.of(new Entry(parent, group, session, !ended));
  }

  /** A process whose first thread has ended looks like one that has ended, but others may run. */
  private boolean hasThreads(long pid) {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(process(pid).resolve("task"), "[0-9]*")) {
      Iterator<Path> each = threads.iterator();
      if (each.hasNext()) {
        each.next();
      }
      return each.hasNext();
    } catch (IOException | DirectoryIteratorException gone) {
      return false;
    }
  }

  /** Returns whether the table has the limits of processes. */
  public boolean showsLimits() {
    return read(root.resolve("self/limits")).contains(FILE_LOCKS);
  }

  /** Returns the soft limit on file locks, empty if the process is gone. */
  public Optional<String> fileLockLimit(long pid) {
    String limits = read(process(pid).resolve("limits"));
    int line = limits.indexOf(FILE_LOCKS);
    return line < 0
        ? Optional.empty()
        : Optional.of(
            new StringTokenizer(limits.substring(line + FILE_LOCKS.length())).nextToken());
  }

  /**
   * Returns the sum of the peak resident sizes of a process and its living descendants, in bytes, 0
   * if unknown.
   */
  public long peakResidentBytes(long pid) {
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

  /**
   * Returns the sockets of TCP connections to a local port, by the port of the client, which is on
   * this machine too. A socket is named as {@link #sockets(long)} names it.
   */
  Map<Integer, String> connectionsTo(int serverPort) {
    Map<Integer, String> sockets = new HashMap<>();
    for (String table : List.of("self/net/tcp", "self/net/tcp6")) {
      read(root.resolve(table))
          .lines()
          .skip(1)
          .map(line -> line.trim().split(" +", -1))
          .filter(fields -> fields.length > SOCKET_FIELD)
          .filter(fields -> portOf(fields[REMOTE_FIELD]) == serverPort)
          .forEach(fields -> sockets.put(portOf(fields[LOCAL_FIELD]), fields[SOCKET_FIELD]));
    }
    return sockets;
  }

  private static int portOf(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), HEXADECIMAL);
  }

  /** Returns the numbers of the sockets that a process has open. */
  Set<String> sockets(long pid) {
    Set<String> sockets = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process(pid).resolve("fd"))) {
      for (Path file : files) {
        String target = linkTarget(file);
        if (target.startsWith(SOCKET)) {
          sockets.add(target.substring(SOCKET.length(), target.length() - 1));
        }
      }
    } catch (IOException | DirectoryIteratorException unreadable) {
      // It has ended, or belongs to another user.
    }
    return sockets;
  }

  /** Returns the path of the program that a process runs, empty if it cannot be read. */
  String program(long pid) {
    return linkTarget(process(pid).resolve("exe"));
  }

  private static String linkTarget(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException unreadable) {
      return "";
    }
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
      // The process has ended; its children have another parent now.
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
