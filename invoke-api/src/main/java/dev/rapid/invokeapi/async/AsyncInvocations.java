package dev.rapid.invokeapi.async;

import dev.rapid.core.fleet.Fleet;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.async.AsyncSettings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs invocations whose callers do not wait (contract invoke-api, section 4). After a failure it
 * tries again: by default after one minute, and then after two more, until the invocation is six
 * hours old. After a throttled attempt, which does not count, it backs off. Every attempt has the
 * request id that the caller has.
 *
 * <p>There are no destinations and no dead-letter queues; an invocation that is given up is logged.
 */
public final class AsyncInvocations implements AutoCloseable {

  private static final Logger LOG = System.getLogger(AsyncInvocations.class.getName());

  private static final String SHUTTING_DOWN = "Rapid is shutting down";
  private static final String ZERO_CONCURRENCY = "ZeroReservedConcurrency";
  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration MAX_BACK_OFF = Duration.ofMinutes(5);
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** The most accepted invocations at a time, so that their payloads cannot fill the memory. */
  private static final int MAX_ACCEPTED = 1000;

  private final Fleet fleet;
  private volatile AsyncSettings settings;
  private volatile boolean runsNothing;
  private final Timers timers;
  private final NanoClock clock;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<QueuedInvocation> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** No attempt begins after this moment; null before {@link #drain}. */
  private volatile @Nullable Long endNanos;

  /**
   * Creates a queue without invocations.
   *
   * @param fleet runs the invocations
   * @param settings how often and how long the queue tries an invocation
   * @param runsNothing whether the function has the concurrency 0, so that an attempt has no sense
   * @param timers begin the next attempts; follow {@code clock}
   */
  public AsyncInvocations(
      Fleet fleet, AsyncSettings settings, boolean runsNothing, Timers timers, NanoClock clock) {
    this.fleet = fleet;
    this.settings = settings;
    this.runsNothing = runsNothing;
    this.timers = timers;
    this.clock = clock;
  }

  /** Follows other settings from now on, also for invocations that it has accepted. */
  public void configure(AsyncSettings next, boolean nothingRuns) {
    settings = next;
    runsNothing = nothingRuns;
  }

  /**
   * Accepts an invocation and takes ownership of its payload.
   *
   * @param asked the invocation; its sink is not used
   * @return false if the queue is full; then the caller still owns the payload
   */
  public boolean accept(Invocation asked) {
    if (accepted.incrementAndGet() > MAX_ACCEPTED) {
      accepted.decrementAndGet();
      return false;
    }
    QueuedInvocation queued = new QueuedInvocation(asked, clock.nanoTime());
    if (runsNothing) {
      queued.giveUp(ZERO_CONCURRENCY);
    } else {
      queued.attempt();
    }
    return true;
  }

  /** Returns whether the queue is ending: a new invocation would not run. */
  public boolean isDraining() {
    return endNanos != null;
  }

  /**
   * Waits until all invocations have ended, at most {@code patience}. Gives up at once those whose
   * next attempt would come later.
   */
  public void drain(Duration patience) {
    long end = clock.nanoTime() + patience.toNanos();
    endNanos = end;
    waiting.forEach(queued -> queued.giveUpIfAfter(end));
    if (accepted.get() > 0) {
      LOG.log(
          Level.INFO,
          "Waiting for {0} asynchronous invocation(s), at most {1}",
          accepted.get(),
          seconds(patience));
    }
    while (accepted.get() > 0 && clock.nanoTime() - end < 0 && !Thread.interrupted()) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  /**
   * Gives up the invocations that wait for another attempt. Running ones get their outcome first.
   */
  @Override
  public void close() {
    closed = true;
    waiting.forEach(QueuedInvocation::giveUpWaiting);
  }

  private final class QueuedInvocation implements ResponseSink {

    private final Invocation invocation;
    private final long acceptedNanos;
    private int attempts;
    private Duration backOff = FIRST_BACK_OFF;
    private volatile long nextNanos;

    QueuedInvocation(Invocation asked, long acceptedNanos) {
      this.invocation =
          new Invocation(
              asked.requestId(),
              asked.function(),
              asked.invokedFunctionArn(),
              asked.executedVersion(),
              asked.traceId(),
              null,
              asked.tenantId(),
              asked.payload(),
              this,
              Limits.MAX_RESPONSE_BYTES,
              false);
      this.acceptedNanos = acceptedNanos;
    }

    void attempt() {
      attempts++;
      // The fleet releases the payload after each attempt.
      invocation.payload().acquire();
      fleet.invoke(invocation);
    }

    @Override
    public void complete(Outcome outcome) {
      switch (outcome) {
        case Outcome.Returned(Payload payload, var contentType) -> {
          payload.release();
          end();
        }
        case Outcome.Reported(var errorType, var reported, Payload payload, var contentType) -> {
          payload.release();
          failed(errorType);
        }
        case Outcome.Failed(var error, var message) -> failed(error.wireName());
        case Outcome.Streamed e ->
            throw new IllegalStateException("A buffered invocation has no stream");
        case Outcome.RestoreFailed(var timedOut, var message) -> failed(message);
        case Outcome.Rejected(var rejection) -> {
          switch (rejection) {
            case SHUTTING_DOWN, CALLER_GONE -> giveUp(SHUTTING_DOWN);
            case FUNCTION_BUSY, PROGRAM_BUSY -> {
              attempts--;
              Duration wait = backOff;
              backOff = min(backOff.multipliedBy(2), MAX_BACK_OFF);
              again(wait, "throttled");
            }
          }
        }
      }
    }

    private void failed(String errorType) {
      if (attempts == settings.attempts()) {
        giveUp(errorType);
      } else {
        again(settings.retryBase().multipliedBy(attempts), errorType);
      }
    }

    private void again(Duration wait, String reason) {
      long next = clock.nanoTime() + wait.toNanos();
      if (next - acceptedNanos > settings.maxAge().toNanos()) {
        giveUp(reason + ", and too old to try again");
        return;
      }
      LOG.log(
          Level.INFO,
          "Asynchronous invocation {0} failed ({1}); next attempt in {2}",
          invocation.requestId(),
          reason,
          seconds(wait));
      nextNanos = next;
      waiting.add(this);
      timers.schedule(next, this::attemptAgain);
      Long end = endNanos;
      if (closed) {
        giveUpWaiting();
      } else if (end != null) {
        giveUpIfAfter(end);
      }
    }

    private void giveUpIfAfter(long end) {
      if (nextNanos - end > 0) {
        giveUpWaiting();
      }
    }

    private void attemptAgain() {
      if (waiting.remove(this)) {
        attempt();
      }
    }

    private void giveUpWaiting() {
      if (waiting.remove(this)) {
        giveUp(SHUTTING_DOWN);
      }
    }

    private void giveUp(String reason) {
      LOG.log(
          Level.WARNING,
          "Asynchronous invocation {0} is given up after {1} attempt(s): {2}",
          invocation.requestId(),
          attempts,
          reason);
      end();
    }

    private void end() {
      accepted.decrementAndGet();
      invocation.payload().release();
    }

    private static Duration min(Duration a, Duration b) {
      return a.compareTo(b) < 0 ? a : b;
    }
  }
}
