package dev.rapid.queue;

import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.sql.PostgresServer;
import dev.rapid.queue.sql.Stores;
import dev.rapid.queue.store.Entries;
import dev.rapid.queue.store.StoreChanges;
import dev.rapid.queue.store.StoreException;
import dev.rapid.queue.store.StoreOpener;
import dev.rapid.queue.store.StoreResult;
import dev.rapid.queue.store.StoreSettings;
import dev.rapid.queue.store.StoredEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Measures a store: how many entries are accepted each second while callers wait for their commit,
 * and then how many run, that is, are claimed and settled.
 *
 * <pre>
 * mvn -q test-compile -pl async-queue -am
 * mvn -q exec:exec -pl async-queue -Dexec.executable=java -Dexec.classpathScope=test \
 *   -Dexec.args="-cp %classpath dev.rapid.queue.StoreBenchmark 16 10 memory directory postgresql"
 * </pre>
 *
 * The arguments are the number of callers, the seconds, and the stores.
 */
final class StoreBenchmark {

  private static final byte[] PAYLOAD = new byte[512];

  private final GroupCommit commit;
  private final AtomicLong transactions = new AtomicLong();

  private StoreBenchmark(StoreOpener opener) {
    commit =
        new GroupCommit(
            opener,
            "node-1",
            Duration.ofSeconds(30),
            new QueueListener() {
              @Override
              public void committed(int operations, long nanos) {
                transactions.incrementAndGet();
              }
            });
  }

  public static void main(String[] args) throws Exception {
    int callers = Integer.parseInt(args[0]);
    Duration duration = Duration.ofSeconds(Integer.parseInt(args[1]));
    for (String kind : Arrays.asList(args).subList(2, args.length)) {
      switch (kind) {
        case "memory" -> measure(kind, new StoreSettings.InMemory(), callers, duration);
        case "directory" -> {
          Path directory = Files.createTempDirectory("rapid-benchmark");
          measure(kind, new StoreSettings.InDirectory(directory), callers, duration);
          delete(directory);
        }
        case "postgresql" -> {
          try (PostgresServer server = PostgresServer.start()) {
            measure(kind, server.newSchema(), callers, duration);
          }
        }
        default -> throw new IllegalArgumentException("There is no store '" + kind + "'");
      }
    }
  }

  private static void measure(String kind, StoreSettings settings, int callers, Duration duration)
      throws Exception {
    var benchmark = new StoreBenchmark(Stores.opener(settings));
    try {
      benchmark.accept(callers, Duration.ofSeconds(2));
      benchmark.runAll();
      String accepted = benchmark.accept(callers, duration);
      System.out.printf("%-10s accepted: %s%n", kind, accepted);
      System.out.printf("%-10s run:      %s%n", kind, benchmark.runAll());
    } finally {
      benchmark.commit.close();
    }
  }

  /** Lets each caller add an entry, wait until it is committed, and so on. */
  private String accept(int callers, Duration duration) throws Exception {
    long transactionsBefore = transactions.get();
    long end = System.nanoTime() + duration.toNanos();
    AtomicInteger refused = new AtomicInteger();
    List<List<Long>> latencies = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      List<Long> own = new ArrayList<>();
      latencies.add(own);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                while (System.nanoTime() < end) {
                  long began = System.nanoTime();
                  Outcome outcome = new Outcome();
                  commit.add(
                      Entries.withPayload(Entries.LANE, PAYLOAD, System.currentTimeMillis()),
                      outcome);
                  if (outcome.join().refused().isEmpty()) {
                    own.add(System.nanoTime() - began);
                  } else {
                    refused.incrementAndGet();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long[] sorted =
        latencies.stream().flatMap(List::stream).mapToLong(Long::longValue).sorted().toArray();
    double seconds = duration.toNanos() / 1e9;
    return String.format(
        Locale.ROOT,
        "%,.0f/s, p50 %.2f ms, p99 %.2f ms, %.1f in a transaction, %d refused",
        sorted.length / seconds,
        sorted[sorted.length / 2] / 1e6,
        sorted[sorted.length * 99 / 100] / 1e6,
        (double) sorted.length / (transactions.get() - transactionsBefore),
        refused.get());
  }

  /** Claims and settles everything, in portions as a busy node does. */
  private String runAll() {
    long began = System.nanoTime();
    int run = 0;
    while (true) {
      Outcome claim = new Outcome();
      commit.claim(Map.of(Entries.LANE, 16), claim);
      List<StoredEntry> claimed = claim.join().claimed();
      if (claimed.isEmpty()) {
        return String.format(
            Locale.ROOT, "%,.0f/s of %,d", run / ((System.nanoTime() - began) / 1e9), run);
      }
      List<Outcome> settled = new ArrayList<>();
      for (StoredEntry entry : claimed) {
        Outcome outcome = new Outcome();
        settled.add(outcome);
        commit.settle(
            new StoreChanges.Settled(entry.entry(), new Settlement.Done(), List.of()), outcome);
      }
      settled.forEach(CompletableFuture::join);
      run += claimed.size();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static final class Outcome extends CompletableFuture<StoreResult>
      implements GroupCommit.Outcome {

    @Override
    public void committed(StoreResult result) {
      complete(result);
    }

    @Override
    public void failed(StoreException failure) {
      completeExceptionally(failure);
    }
  }
}
