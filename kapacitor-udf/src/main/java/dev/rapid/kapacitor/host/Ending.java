package dev.rapid.kapacitor.host;

import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.kapacitor.SessionSetup;
import dev.rapid.kapacitor.codec.FrameException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an agent has ended (contract kapacitor-udf, section 7). The end shows itself in several
 * places, in any order: an error that it reports, the end of its output, its exit, a broken pipe.
 * For a moment they wait for each other, so that an error has its text, its exit status and what
 * was logged last.
 *
 * <p>Runs in the mailbox of the session.
 */
final class Ending {

  /** How long an exit waits for the end of the output, and the end of the output for the exit. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long an error that the agent reported waits for its exit. */
  private static final Duration ERROR_PATIENCE = Duration.ofMillis(200);

  private final Session session;
  private final SessionSetup setup;
  private final NanoClock clock;
  private final Alarm patience;

  private @Nullable Runnable disconnected;
  private boolean opened;
  private boolean inputEnds;
  private boolean outputEnded;
  private @Nullable FrameException torn;
  private @Nullable IOException unreadable;
  private @Nullable String error;
  private @Nullable ProcessExit exit;
  private @Nullable Runnable report;
  private boolean concluded;

  Ending(Session session, SessionSetup setup, Timers timers, NanoClock clock) {
    this.session = session;
    this.setup = setup;
    this.clock = clock;
    this.patience = new Alarm(timers, clock, () -> session.run(this::decide));
  }

  /**
   * The agent can be spoken with.
   *
   * @param whenDisconnected what the end of its output means for the sandbox, null if there is an
   *     exit, too
   */
  void opened(@Nullable Runnable whenDisconnected) {
    opened = true;
    disconnected = whenDisconnected;
  }

  /** The end of the agent is wanted. */
  void inputEnds() {
    inputEnds = true;
  }

  /** Returns whether the agent has reported an error, after which it says nothing that counts. */
  boolean hasError() {
    return error != null;
  }

  // ------------------------------------------------------------------ what shows the end

  /** The agent has reported an error. */
  void reported(String text) {
    if (!concluded) {
      error = text.isBlank() ? "The agent reported an error without a text" : text;
      decideOrWait(exit != null || disconnected != null, ERROR_PATIENCE);
    }
  }

  /**
   * The agent's output has ended.
   *
   * @param failure null if it ended after a frame
   */
  void outputEnded(@Nullable IOException failure) {
    outputEnded = true;
    report = disconnected == null ? report : disconnected;
    if (failure instanceof FrameException incomplete) {
      torn = incomplete;
    } else {
      unreadable = failure;
    }
    if (concluded) {
      if (disconnected != null) {
        reportWhenFree();
      }
    } else if (torn != null && torn.reason() != FrameException.Reason.TRUNCATED) {
      session.failed(UdfError.Type.PROTOCOL_ERROR, String.valueOf(torn.getMessage()));
    } else {
      decideOrWait(exit != null || disconnected != null, PATIENCE);
    }
  }

  /** The agent does not take what it is sent. */
  void inputBroken() {
    if (!concluded && !outputEnded) {
      decideOrWait(exit != null, PATIENCE);
    }
  }

  /** The process of the agent has ended. */
  void exited(ProcessExit how, Runnable reportExit) {
    exit = how;
    report = reportExit;
    if (concluded) {
      reportWhenFree();
    } else {
      decideOrWait(outputEnded || !opened, PATIENCE);
    }
  }

  private void decideOrWait(boolean known, Duration atMost) {
    if (known) {
      decide();
    } else {
      patience.set(clock.nanoTime() + atMost.toNanos());
    }
  }

  private void reportWhenFree() {
    session.whenFree(() -> {
      boolean unused = report();
    });
  }

  // ------------------------------------------------------------------ what it means

  /** What shows itself from now on changes nothing. */
  void conclude() {
    concluded = true;
    patience.release();
  }

  /**
   * Reports the exit to the sandbox, once.
   *
   * @return false if there is none, or not yet
   */
  boolean report() {
    Runnable due = report;
    report = null;
    if (due != null) {
      due.run();
    }
    return due != null;
  }

  private void decide() {
    if (concluded) {
      return;
    }
    conclude();
    boolean isOrderly = exit == null || exit.equals(new ProcessExit.Exited(0));
    List<String> log = setup.lastErrors().get();
    FrameException incomplete = torn;
    if (error != null) {
      session.failed(new UdfError(UdfError.Type.AGENT_ERROR, error, log));
    } else if (incomplete != null && isOrderly) {
      session.failed(
          new UdfError(UdfError.Type.PROTOCOL_ERROR, String.valueOf(incomplete.getMessage()), log));
    } else if (outputEnded && isOrderly && session.endedInOrder()) {
      session.reportEnd();
    } else if (inputEnds) {
      reportWhenFree();
    } else {
      session.failed(new UdfError(UdfError.Type.AGENT_EXITED, message(log), log));
    }
  }

  private String message(List<String> log) {
    StringBuilder text = new StringBuilder();
    ProcessExit known = exit;
    if (known != null) {
      text.append("The agent has ended: ").append(known.describe());
    } else if (disconnected != null) {
      text.append("The agent has closed the connection");
    } else if (unreadable != null) {
      text.append("The agent's output cannot be read: ").append(unreadable.getMessage());
    } else if (outputEnded) {
      text.append("The agent has closed its output, but did not end");
    } else {
      text.append("The agent has closed its input, but did not end");
    }
    if (torn != null) {
      text.append("; ").append(torn.getMessage());
    }
    if (!log.isEmpty()) {
      text.append(": ").append(log.getLast());
    }
    return text.toString();
  }
}
