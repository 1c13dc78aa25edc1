package dev.rapid.cli.reload;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches files and folders, and reports changes when they are complete. While nothing changes, it
 * uses no CPU time: the operating system reports changes of the registered folders (inotify on
 * Linux).
 */
public final class FileWatch implements AutoCloseable {

  /** How long nothing may change before changes are complete. */
  static final Duration QUIET = Duration.ofMillis(100);

  /** How long changes may go on and on until they count as complete. */
  public static final Duration LONGEST = Duration.ofSeconds(3);

  private final WatchService service;
  private final Listener listener;
  private final GatheredChanges changes;
  private final WatchedTrees trees;
  private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();

  /** Receives changes, on one thread. */
  public interface Listener {

    /** A file has changed, the first one of its subject since the last report. */
    void changing(Subject subject);

    /**
     * Returns whether complete changes may be reported now. If not, the watch asks again soon, for
     * at most {@link #LONGEST}.
     */
    boolean isReadyFor(Set<Subject> subjects);

    /**
     * Changes are complete.
     *
     * @param changes what has changed, each with the first file
     */
    void changed(Map<Subject, Path> changes);

    /**
     * The operating system watches no more folders: changes below these are not noticed.
     *
     * @param folders at least one
     */
    void limited(List<Path> folders);
  }

  /** What the thread has to do. */
  private sealed interface Message {

    record Signalled(WatchKey key) implements Message {}

    record Watch(List<Watched> files) implements Message {}

    record Stop() implements Message {}
  }

  private FileWatch(
      WatchService service, IgnoredFiles ignored, GatheredChanges changes, Listener listener) {
    this.service = service;
    this.listener = listener;
    this.changes = changes;
    this.trees = new WatchedTrees(this::register, ignored, this::changed);
  }

  /**
   * Starts a watch without files.
   *
   * @throws IOException if the operating system cannot watch files now
   */
  public static FileWatch start(IgnoredFiles ignored, Listener listener) throws IOException {
    FileWatch watch =
        new FileWatch(
            FileSystems.getDefault().newWatchService(),
            ignored,
            new GatheredChanges(QUIET, LONGEST),
            listener);
    thread("rapid-watch", watch::work);
    thread("rapid-watch-keys", watch::takeKeys);
    return watch;
  }

  private static void thread(String name, Runnable task) {
    Thread unused = Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** Watches these and nothing else from now on. Returns at once. */
  public void watch(List<Watched> files) {
    inbox.add(new Message.Watch(List.copyOf(files)));
  }

  /** Ends the watch; a report that is being made goes on. */
  @Override
  public void close() {
    inbox.add(new Message.Stop());
    try {
      service.close();
    } catch (IOException e) {
      // Nothing is left to be done about it.
    }
  }

  private WatchKey register(Path folder) throws IOException {
    try {
      return folder.register(
          service,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (ClosedWatchServiceException e) {
      throw new IOException(e);
    } catch (IOException e) {
      String message = e.getMessage();
      if (message != null && message.contains("inotify")) {
        throw new WatchLimitException(e);
      }
      throw e;
    }
  }

  private void takeKeys() {
    try {
      while (true) {
        inbox.add(new Message.Signalled(service.take()));
      }
    } catch (ClosedWatchServiceException e) {
      // The end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      Message next = next();
      while (!(next instanceof Message.Stop)) {
        switch (next) {
          case Message.Signalled(WatchKey key) -> trees.signalled(key);
          case Message.Watch(List<Watched> files) -> trees.watch(files);
          case Message.Stop stop -> throw new AssertionError(stop);
          case null -> {}
        }
        List<Path> refused = trees.takeRefused();
        if (!refused.isEmpty()) {
          listener.limited(refused);
        }
        if (isDue()) {
          listener.changed(changes.take());
        }
        next = next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDue() {
    long now = System.nanoTime();
    return !changes.isEmpty()
        && changes.dueInNanos(now) <= 0
        && (listener.isReadyFor(changes.subjects()) || !changes.postpone(now));
  }

  /** Returns the next message, null if changes are complete before there is one. */
  private @Nullable Message next() throws InterruptedException {
    return changes.isEmpty()
        ? inbox.take()
        : inbox.poll(Math.max(0, changes.dueInNanos(System.nanoTime())), TimeUnit.NANOSECONDS);
  }

  private void changed(Subject subject, Path file) {
    if (changes.add(subject, file, System.nanoTime())) {
      listener.changing(subject);
    }
  }
}
