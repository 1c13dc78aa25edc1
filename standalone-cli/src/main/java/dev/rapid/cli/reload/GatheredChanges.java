package dev.rapid.cli.reload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The changes that are not reported yet. They are complete when nothing has changed for a while: an
 * editor or a compiler writes several files, and each in several steps. Not thread-safe.
 */
final class GatheredChanges {

  private final Duration quiet;
  private final Duration longest;
  private final SequencedMap<Subject, Path> first = new LinkedHashMap<>();
  private long beganNanos;
  private long lastNanos;
  private long notBeforeNanos;

  /**
   * Creates an empty collection.
   *
   * @param quiet how long nothing may change before the changes are complete
   * @param longest after which time they count as complete although there are more and more
   */
  GatheredChanges(Duration quiet, Duration longest) {
    this.quiet = quiet;
    this.longest = longest;
  }

  /**
   * Adds a change.
   *
   * @return whether it is the first one of its subject
   */
  boolean add(Subject subject, Path file, long nowNanos) {
    if (first.isEmpty()) {
      beganNanos = nowNanos;
      notBeforeNanos = nowNanos;
    }
    lastNanos = nowNanos;
    return first.putIfAbsent(subject, file) == null;
  }

  boolean isEmpty() {
    return first.isEmpty();
  }

  /** Returns in how many nanoseconds they are complete; 0 or less if they are. */
  long dueInNanos(long nowNanos) {
    long quietIn = lastNanos + quiet.toNanos() - nowNanos;
    long longestIn = beganNanos + longest.toNanos() - nowNanos;
    return Math.min(Math.max(quietIn, notBeforeNanos - nowNanos), longestIn);
  }

  /** Lets complete changes wait a little; returns false if they have waited for too long. */
  boolean postpone(long nowNanos) {
    notBeforeNanos = nowNanos + quiet.toNanos() / 2;
    return beganNanos + longest.toNanos() - nowNanos > 0;
  }

  Set<Subject> subjects() {
    return first.keySet();
  }

  /** Removes and returns all changes: the subjects, each with the first file that has changed. */
  Map<Subject, Path> take() {
    Map<Subject, Path> taken = new LinkedHashMap<>(first);
    first.clear();
    return taken;
  }
}
