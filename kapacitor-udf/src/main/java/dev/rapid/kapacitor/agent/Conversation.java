package dev.rapid.kapacitor.agent;

import com.google.protobuf.ByteString;
import dev.rapid.core.time.Alarm;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.UdfFrontEnd;
import dev.rapid.kapacitor.UdfSandboxes;
import dev.rapid.kapacitor.codec.FrameWriter;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a host: the agent's side (contract kapacitor-udf, section 11).
 *
 * <p>A {@link HostReader} reads. Everything else is a step ({@link Steps}): all writing, so that no
 * frame comes between the frames of a result, and all state below. What has an order is {@link
 * Work}: an Init, a snapshot or the data of one invocation begins when the one before it is
 * answered. Keepalives and Info do not wait for it. No step runs a function or waits for one.
 */
final class Conversation {

  /**
   * How long a host may be connected after a failed Init (contract kapacitor-udf, section 11.2).
   */
  static final Duration LIFE_AFTER_FAILED_INIT = Duration.ofSeconds(30);

  /**
   * How often a host hears of an agent that does not read (contract kapacitor-udf, section 11.3).
   */
  static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(1);

  /** How long a host has to read an error before the connection is closed. */
  static final Duration ERROR_GRACE = Duration.ofSeconds(5);

  /** With so many bytes that wait for the function reading pauses, also if they are few points. */
  static final long MAX_QUEUED_BYTES = 16L * 1024 * 1024;

  private static final Logger LOG = System.getLogger(Conversation.class.getName());
  private static final long READER_STACK_BYTES = 512 * 1024;

  private final UdfExposure exposure;
  private final AgentClocks clocks;
  private final HostLink link;
  private final String name;
  private final UdfFrontEnd.Ended whenEnded;

  private final FrameWriter writer;
  private final Steps steps;
  private final Backlog backlog;
  private final HostReader reader;
  private final FunctionUse use;
  private final Queue<Work> waiting = new ArrayDeque<>();

  private final Alarm streamWait;
  private final Alarm unasked;
  private final Alarm life;

  private boolean busy;

  /** Whether points of a stream have waited for long enough. */
  private boolean pointsDue;

  private boolean inputEnded;
  private boolean readerEnded;
  private boolean over;
  private boolean clean;
  private boolean closed;

  /**
   * The time of the last keepalive that was answered; before that, one at which no host has asked.
   */
  private long answeredTime = 1;

  private long droppedInputs;

  /**
   * Creates a conversation that has not begun.
   *
   * @param name for logs and threads
   * @param whenEnded learns that it is over; called once, must not block
   */
  Conversation(
      UdfExposure exposure,
      UdfSandboxes sandboxes,
      AgentClocks clocks,
      HostLink link,
      String name,
      UdfFrontEnd.Ended whenEnded) {
    this.exposure = exposure;
    this.clocks = clocks;
    this.link = link;
    this.name = name;
    this.whenEnded = whenEnded;
    this.writer = new FrameWriter(link.out());
    this.steps = new Steps(name, this::broken);
    this.backlog =
        new Backlog(exposure.maxQueuedPoints(), MAX_QUEUED_BYTES, () -> step(this::readingPaused));
    this.reader = new HostReader(exposure, link.in(), backlog, new Received());
    this.use = new FunctionUse(exposure, sandboxes, steps, clocks.wallClock());
    this.streamWait = clocks.alarm(() -> step(this::streamWaited));
    this.unasked = clocks.alarm(() -> step(this::sayUnasked));
    this.life = clocks.alarm(() -> step(this::lifeEnded));
  }

  /** Begins to read. */
  void begin() {
    Thread.ofPlatform().daemon().name(name + " reader").stackSize(READER_STACK_BYTES).start(reader);
  }

  /** Tells the host that the program ends, if it reads, and ends. */
  void stop() {
    step(() -> fail(FunctionFailure.stopped()));
  }

  /** Closes the connection, whatever the host does. */
  void abort() {
    link.close();
    backlog.end();
    steps.run(() -> end(false));
    steps.run(this::close);
  }

  /** Runs a step, unless the conversation is over by then. */
  private void step(Runnable step) {
    steps.run(() -> {
      if (!over) {
        step.run();
      }
    });
  }

  /** What the reader hands on becomes a step. */
  private final class Received implements HostReader.Receiver {

    @Override
    public void infoAsked(long bytes) {
      step(() -> {
        backlog.remove(1, bytes);
        write(Answers.info(exposure));
      });
    }

    @Override
    public void keepaliveAsked(long time, long bytes) {
      step(() -> {
        backlog.remove(1, bytes);
        answerKeepalive(time);
      });
    }

    @Override
    public void arrived(Work work) {
      step(() -> enqueue(work));
    }

    @Override
    public void pointsWait() {
      step(() -> streamWait.set(clocks.after(exposure.streamMaxWait())));
    }

    @Override
    public void inputEnded(boolean inBatch) {
      step(() -> {
        if (inBatch) {
          LOG.log(Level.WARNING, "{0}: the host ended its input in a batch", name);
        }
        inputEnded = true;
        backlog.add(1, 0);
        enqueue(new Work.InputEnd());
        askAgainInTime();
      });
    }

    @Override
    public void violated(String message) {
      step(() -> fail(FunctionFailure.violation(message)));
    }

    @Override
    public void lost(IOException cause) {
      step(() -> hostLost(cause));
    }

    @Override
    public void broken() {
      step(Conversation.this::broken);
    }

    @Override
    public void readerEnded() {
      steps.run(() -> {
        readerEnded = true;
        if (over) {
          close();
        }
      });
    }
  }

  // ------------------------------------------------------------------ what is done in its turn

  private void streamWaited() {
    pointsDue = true;
    advance();
  }

  private void enqueue(Work work) {
    if (work instanceof Work.Data) {
      // No point that came before it waits for others any more.
      streamWait.clear();
      pointsDue = false;
    }
    waiting.add(work);
    advance();
  }

  private void advance() {
    while (!busy && !over) {
      Work next = waiting.poll();
      if (next == null) {
        if (pointsDue) {
          pointsDue = false;
          // They arrive in a step of their own, after what the reader has handed on before them.
          reader.handOnPoints();
        }
        return;
      }
      busy = true;
      begin(next);
    }
  }

  private void begin(Work work) {
    switch (work) {
      case Work.Init init ->
          use.init(init.request(), reason -> done(work, () -> initEnded(reason)));
      case Work.Restore restore ->
          use.restore(
              restore.snapshot(), reason -> done(work, () -> write(Answers.restore(reason))));
      case Work.Snapshot snapshot ->
          use.snapshot((ByteString state) -> done(work, () -> write(Answers.snapshot(state))));
      case Work.OrderedKeepalive keepalive -> done(work, () -> answerKeepalive(keepalive.time()));
      case Work.Data data ->
          use.invoke(
              data,
              new FunctionUse.ResultReceiver() {
                @Override
                public void succeeded(List<Response> frames) {
                  done(work, () -> write(frames));
                }

                @Override
                public void failed(FunctionFailure failure) {
                  done(work, () -> functionFailed(failure));
                }
              });
      case Work.InputEnd end -> done(work, () -> end(true));
    }
  }

  private void done(Work work, Runnable answer) {
    if (!over) {
      answer.run();
      busy = false;
      backlog.remove(work.frames(), work.bytes());
      advance();
    }
  }

  private void initEnded(@Nullable String reason) {
    if (reason == null) {
      life.clear();
    } else {
      LOG.log(Level.WARNING, "{0}: the host''s Init failed: {1}", name, reason);
      life.set(clocks.after(LIFE_AFTER_FAILED_INIT));
    }
    write(Answers.init(reason));
  }

  private void functionFailed(FunctionFailure failure) {
    if (failure.endsUse() || !exposure.dropsOnFunctionError()) {
      fail(failure);
      return;
    }
    droppedInputs++;
    LOG.log(
        Level.WARNING,
        "{0}: the input of an invocation is lost, the {1}. one: {2}",
        name,
        droppedInputs,
        failure.text());
  }

  private void lifeEnded() {
    if (!use.isReady()) {
      LOG.log(Level.INFO, "{0}: closed, no Init has succeeded", name);
      end(false);
    }
  }

  // ------------------------------------------------------------------ keepalives

  private void answerKeepalive(long time) {
    answeredTime = time;
    write(Answers.keepalive(time));
  }

  private void readingPaused() {
    pointsDue = true;
    advance();
    askAgainInTime();
  }

  private void askAgainInTime() {
    if (!over) {
      unasked.set(clocks.after(KEEPALIVE_INTERVAL));
    }
  }

  /**
   * Feeds the watchdog of a host whose questions are not read, and finds out whether a host that
   * has ended its input is still there. The time is that of an answer which the host has got, so
   * that it is not taken for the answer to a later question.
   */
  private void sayUnasked() {
    if (backlog.isPaused() || inputEnded) {
      write(Answers.keepalive(answeredTime));
      askAgainInTime();
    }
  }

  // ------------------------------------------------------------------ writing and the end

  private void write(Response frame) {
    write(List.of(frame));
  }

  private void write(List<Response> frames) {
    if (over || frames.isEmpty()) {
      return;
    }
    try {
      writer.write(frames);
    } catch (IOException e) {
      hostLost(e);
    }
  }

  private void hostLost(IOException cause) {
    LOG.log(Level.INFO, "{0}: the host has gone: {1}", name, cause.getMessage());
    end(false);
    close();
  }

  /** Ends the task of the host. */
  private void fail(FunctionFailure failure) {
    LOG.log(Level.WARNING, "{0}: the host''s task ends with {1}", name, failure.text());
    write(Answers.error(failure));
    if (!over) {
      end(false);
    }
  }

  private void broken() {
    if (over) {
      close();
    } else {
      fail(FunctionFailure.ofRapid());
    }
  }

  /** Writes nothing more. Called once it has an effect, and without one after that. */
  private void end(boolean asTheHostWanted) {
    if (over) {
      return;
    }
    over = true;
    clean = asTheHostWanted;
    waiting.clear();
    streamWait.release();
    unasked.release();
    life.release();
    use.close();
    reader.skip();
    backlog.end();
    try {
      link.endOutput();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "The host went first", e);
    }
    if (asTheHostWanted || readerEnded || !link.isConnection()) {
      close();
    } else {
      // A connection that is closed before it was read to its end takes the last frames with it.
      clocks.schedule(ERROR_GRACE, () -> steps.run(this::close));
    }
  }

  private void close() {
    if (!closed) {
      closed = true;
      link.close();
      steps.end();
      whenEnded.ended(clean);
    }
  }
}
