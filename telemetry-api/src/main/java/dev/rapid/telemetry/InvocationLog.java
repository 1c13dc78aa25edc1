package dev.rapid.telemetry;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one sandbox: what the function writes, and between it the platform's lines.
 *
 * <p>Function output passes through as it comes, messages as a whole. The platform knows of an
 * answer before the pump has read what the function wrote before it, so platform lines that end
 * something are held back while output is pending. They follow as soon as none is; at the latest
 * they are written after {@value #PATIENCE_MILLIS} ms, for example if a child of the function never
 * stops writing.
 *
 * <p>Invariant: as long as lines are held, all further platform lines are held behind them.
 */
public final class InvocationLog implements EventsApi {

  /** Is told of each event when the output that came before it has been taken. */
  @FunctionalInterface
  public interface OrderedEvents {

    /**
     * Takes the next event; must not block.
     *
     * @param epochMillis when it happened
     */
    void event(LifecycleEvent event, long epochMillis);
  }

  /** An event that waits for output. */
  private record Held(LifecycleEvent event, long epochMillis) {}

  /** How long platform lines wait for output. */
  static final long PATIENCE_MILLIS = 100;

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
  private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int MOST_HELD_BYTES = 256 * 1024;
  private static final int MOST_HELD_EVENTS = 1000;
  private static final int INITIAL_BYTES = 512;
  private static final byte[] LINE_END = {'\n'};

  private final LineWriter writer;
  private final OrderedEvents ordered;
  private final Supplier<FunctionDescription> function;
  private final EventFormat textFormat;
  private final EventFormat jsonFormat;
  private final BooleanSupplier outputPending;
  private final Timers timers;
  private final NanoClock clock;
  private final WallClock wallClock;

  /** Follows the log: of an init, or of an invocation whose caller wants its end. */
  private volatile @Nullable LogTail tail;

  // All guarded by this. It is never held while output waits for room.
  private final LineBuffer line = new LineBuffer(INITIAL_BYTES);
  private final LineBuffer held = new LineBuffer(INITIAL_BYTES);
  private final List<Held> heldEvents = new ArrayList<>();
  private final List<JsonOutput> openOutputs = new ArrayList<>(1);
  private final List<LogTail> endingTails = new ArrayList<>(1);
  private boolean initSeen;
  private boolean holding;
  private boolean recheckScheduled;
  private long heldSinceNanos;

  /**
   * Creates a log.
   *
   * @param function the function as it is configured now
   * @param writer where all lines go
   * @param ordered is told of each event after the output before it was handed to this log
   * @param peakMemoryBytes the peak memory of the function's processes in bytes, 0 if not known
   * @param outputPending whether a process has written something that its {@link OutputListener}
   *     has not got yet
   * @param timers follow {@code clock}
   */
  public InvocationLog(
      Supplier<FunctionDescription> function,
      LineWriter writer,
      OrderedEvents ordered,
      LongSupplier peakMemoryBytes,
      BooleanSupplier outputPending,
      Timers timers,
      NanoClock clock,
      WallClock wallClock) {
    this.writer = writer;
    this.ordered = ordered;
    this.function = function;
    this.textFormat = new TextFormat(function, peakMemoryBytes);
    this.jsonFormat = new JsonFormat(function, peakMemoryBytes);
    this.outputPending = outputPending;
    this.timers = timers;
    this.clock = clock;
    this.wallClock = wallClock;
  }

  /**
   * Returns how lost platform lines are told.
   *
   * @param format how the log looks now
   * @param wallClock dates the record
   */
  public static LineWriter.LossReport lossReport(Supplier<LogFormat> format, WallClock wallClock) {
    return (lines, bytes) -> {
      LineBuffer text = new LineBuffer(INITIAL_BYTES);
      if (format.get() == LogFormat.JSON) {
        LossRecords.append(
            lines,
            bytes,
            "The reader of the log is slower than the log",
            wallClock.epochMillis(),
            text);
      } else {
        text.put("LOGS_DROPPED Lines: ").put(lines).put("\tBytes: ").put(bytes);
        text.put("\tReason: the reader of the log is slower than the log\n");
      }
      return Arrays.copyOf(text.array(), text.length());
    };
  }

  /** Returns a receiver for the output of one more process of the function. */
  public OutputListener output() {
    return isJson() ? jsonOutput("function") : new TextOutput();
  }

  /**
   * Returns a receiver for the output of one more extension. As text it comes in whole lines, so
   * that what several processes print at once does not get mixed.
   */
  public OutputListener extensionOutput() {
    return isJson() ? jsonOutput("extension") : new WholeLines(new TextOutput());
  }

  private boolean isJson() {
    return function.get().logFormat() == LogFormat.JSON;
  }

  private OutputListener jsonOutput(String type) {
    JsonOutput output = new JsonOutput(type);
    synchronized (this) {
      openOutputs.add(output);
    }
    return output;
  }

  @Override
  public synchronized void emit(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.InitStart) {
      tail = new LogTail(() -> {});
    } else if (event instanceof LifecycleEvent.Start(Invocation invocation)) {
      follow(invocation.sink().logTail());
    }
    long epochMillis = wallClock.epochMillis();
    boolean ask = mustFollowOutput(event);
    line.clear();
    if (!isJson()) {
      textFormat.append(event, epochMillis, line);
    } else if (!(event instanceof LifecycleEvent.End)) {
      // In the cloud too the log tells of the end only as text.
      jsonFormat.append(event, epochMillis, line);
    }
    if (holding || ask) {
      boolean pending = outputPending.getAsBoolean();
      if (holding && !pending) {
        release();
      } else if (!holding && pending) {
        hold();
      }
    }
    if (!holding) {
      write(line);
      ordered.event(event, epochMillis);
      return;
    }
    held.put(line);
    heldEvents.add(new Held(event, epochMillis));
    if (held.length() > MOST_HELD_BYTES || heldEvents.size() > MOST_HELD_EVENTS) {
      release();
    }
  }

  /** The lines of an init belong to the invocation that comes first after it. */
  private void follow(@Nullable LogTail next) {
    if (!endingTails.isEmpty()) {
      releaseHeld();
    }
    LogTail before = tail;
    if (next != null && before != null) {
      next.append(before);
    }
    tail = next;
  }

  /** Ends what follows the log of an invocation when all has been written that belongs to it. */
  public synchronized void endTail(LogTail over) {
    if (over.equals(tail)) {
      if (holding) {
        endingTails.add(over);
        return;
      }
      tail = null;
    }
    over.end();
  }

  /** Lets events no longer wait for output: what they tell of is over. */
  public synchronized void releaseHeld() {
    if (holding) {
      release();
    }
  }

  /** Asking costs a system call, so it is done only where output is likely to come before. */
  private boolean mustFollowOutput(LifecycleEvent event) {
    return switch (event) {
      case LifecycleEvent.InitStart e -> false;
      case LifecycleEvent.InitRuntimeDone e -> {
        initSeen = true;
        yield true;
      }
      case LifecycleEvent.InitReport e -> {
        initSeen = true;
        yield true;
      }
      case LifecycleEvent.ExtensionInit e -> {
        initSeen = true;
        yield true;
      }
      case LifecycleEvent.Subscription e -> false;
      case LifecycleEvent.ImageErrorLog e -> false;
      case LifecycleEvent.RestoreStart e -> initSeen;
      case LifecycleEvent.RestoreRuntimeDone e -> {
        initSeen = true;
        yield true;
      }
      case LifecycleEvent.RestoreReport e -> {
        initSeen = true;
        yield true;
      }
      case LifecycleEvent.IdleExit e -> true;
      case LifecycleEvent.ErrorCause e -> false;
      case LifecycleEvent.Start e -> {
        boolean first = initSeen;
        initSeen = false;
        yield first;
      }
      case LifecycleEvent.Fault e -> true;
      case LifecycleEvent.RuntimeDone e -> true;
      // The end of the same invocation was told just before.
      case LifecycleEvent.End e -> false;
      case LifecycleEvent.Report e -> false;
    };
  }

  private void hold() {
    holding = true;
    heldSinceNanos = clock.nanoTime();
    if (!recheckScheduled) {
      recheckScheduled = true;
      timers.schedule(heldSinceNanos + RECHECK_NANOS, this::recheck);
    }
  }

  /** Finds out that what was pending had been taken already, or never comes. */
  private synchronized void recheck() {
    recheckScheduled = false;
    if (!holding) {
      return;
    }
    long now = clock.nanoTime();
    if (now - heldSinceNanos >= PATIENCE_NANOS || !outputPending.getAsBoolean()) {
      release();
    } else {
      recheckScheduled = true;
      timers.schedule(now + RECHECK_NANOS, this::recheck);
    }
  }

  private void release() {
    holding = false;
    write(held);
    held.clear();
    heldEvents.forEach(each -> ordered.event(each.event(), each.epochMillis()));
    heldEvents.clear();
    if (!endingTails.isEmpty()) {
      tail = null;
      endingTails.forEach(LogTail::end);
      endingTails.clear();
    }
  }

  /** Shows what is written to whoever follows. */
  private void show(byte[] bytes, int offset, int length) {
    LogTail following = tail;
    if (following != null) {
      following.append(bytes, offset, length);
    }
  }

  private void write(LineBuffer lines) {
    if (lines.isEmpty()) {
      return;
    }
    openOutputs.forEach(JsonOutput::endLine);
    show(lines.array(), 0, lines.length());
    writer.lines(lines.array(), 0, lines.length());
  }

  private synchronized void caughtUp() {
    if (holding && !outputPending.getAsBoolean()) {
      release();
    }
  }

  private long millis(long epochMicros) {
    return epochMicros == OutputListener.NO_TIME
        ? wallClock.epochMillis()
        : TimeUnit.MICROSECONDS.toMillis(epochMicros);
  }

  /** Passes bytes on as they are, and messages on lines of their own. */
  private final class TextOutput implements OutputListener {

    @Override
    public void output(byte[] bytes, int offset, int length) {
      show(bytes, offset, length);
      writer.output(bytes, offset, length);
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      show(bytes, offset, length);
      if (length > 0 && bytes[offset + length - 1] != '\n') {
        show(LINE_END, 0, 1);
      }
      writer.message(bytes, offset, length);
    }

    @Override
    public void caughtUp() {
      InvocationLog.this.caughtUp();
    }

    @Override
    public void ended() {}
  }

  /** Makes a record of each line and of each message. */
  private final class JsonOutput implements OutputListener {

    private final String type;

    /** Its begun line is guarded by the log. */
    private final OutputLines lines;

    private LineBuffer records = new LineBuffer(0);

    JsonOutput(String type) {
      this.type = type;
      this.lines =
          new OutputLines((bytes, offset, length) ->
              LineRecords.append(
                  type, bytes, offset, length, wallClock.epochMillis(), true, records));
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
      LineBuffer complete;
      synchronized (InvocationLog.this) {
        records = new LineBuffer(2 * length + INITIAL_BYTES);
        lines.append(bytes, offset, length);
        complete = records;
      }
      show(complete.array(), 0, complete.length());
      writer.output(complete.array(), 0, complete.length());
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      // Without the lock: a line that has begun is not touched.
      LineBuffer record = new LineBuffer(2 * length + INITIAL_BYTES);
      LineRecords.append(
          type,
          bytes,
          offset,
          OutputLines.lengthWithoutEnd(bytes, offset, length),
          millis(epochMicros),
          true,
          record);
      show(record.array(), 0, record.length());
      writer.output(record.array(), 0, record.length());
    }

    @Override
    public void caughtUp() {
      InvocationLog.this.caughtUp();
    }

    @Override
    public void ended() {
      synchronized (InvocationLog.this) {
        endLine();
        openOutputs.remove(this);
      }
    }

    /** Called under the log's lock, so it must not wait for room. */
    void endLine() {
      records = new LineBuffer(0);
      lines.end();
      if (!records.isEmpty()) {
        show(records.array(), 0, records.length());
        writer.lines(records.array(), 0, records.length());
      }
    }
  }
}
