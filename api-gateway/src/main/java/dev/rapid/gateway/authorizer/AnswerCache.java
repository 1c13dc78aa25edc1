package dev.rapid.gateway.authorizer;

import dev.rapid.core.time.NanoClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one authorizer function, by the values of its identity sources. Of many, those
 * that were not asked for longest are forgotten. Thread-safe.
 */
final class AnswerCache {

  private static final int MAX_ENTRIES = 1000;

  private record Remembered(AuthorizerAnswer answer, long untilNanos) {}

  private final NanoClock clock;
  private final Duration ttl;

  /** Guarded by this. */
  private final Map<List<String>, Remembered> answers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<String>, Remembered> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  /** Creates an empty cache; with a {@code ttl} of zero it stays empty. */
  AnswerCache(NanoClock clock, Duration ttl) {
    this.clock = clock;
    this.ttl = ttl;
  }

  synchronized @Nullable AuthorizerAnswer get(List<String> identity) {
    Remembered found = answers.get(identity);
    if (found == null) {
      return null;
    }
    if (clock.nanoTime() - found.untilNanos() >= 0) {
      answers.remove(identity);
      return null;
    }
    return found.answer();
  }

  synchronized void put(List<String> identity, AuthorizerAnswer answer) {
    if (!ttl.isZero() && !identity.isEmpty()) {
      answers.put(identity, new Remembered(answer, clock.nanoTime() + ttl.toNanos()));
    }
  }
}
