package dev.rapid.telemetry.log;

import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.time.WallClock;
import dev.rapid.lambda.Utf8Buffer;
import dev.rapid.telemetry.format.EventFormat;
import dev.rapid.telemetry.format.JsonFormat;
import dev.rapid.telemetry.format.LineRecords;
import dev.rapid.telemetry.format.LossRecords;
import dev.rapid.telemetry.format.ObservedSandbox;
import dev.rapid.telemetry.format.TextFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one sandbox: the function's output with the platform's lines in between.
 *
 * <p>Function output passes through as it comes, messages as a whole. The platform gets an answer
 * before the pump has read what the function wrote before it. So a lifecycle event that ends
 * something marks the output that came before it, and waits until that has passed; later events
 * wait behind it. It waits for {@value #PATIENCE_MILLIS} ms at most if the log is full because
 * nothing reads it, and otherwise for {@value #LATE_MILLIS} ms, because the machine may be busy.
 *
 * <p>Such an event also ends an incomplete line: what a function writes without a line end is a
 * line of its own invocation. A line end that comes later does not make another line.
 */
public final class InvocationLog implements EventsApi {

  /** Receives each lifecycle event after the output that came before it. */
  @FunctionalInterface
  public interface OrderedEvents {

    /**
     * Takes the next event; must not block.
     *
     * @param epochMillis when it happened
     */
    void event(LifecycleEvent event, long epochMillis);
  }

  /** Marks positions in the output of the function's processes. */
  @FunctionalInterface
  public interface WrittenOutput {

    /**
     * Marks the end of what has been written.
     *
     * @param extensions whether extensions count as well as runtimes
     * @return how many {@link OutputListener}s do not have all of it yet, and will get {@code mark}
     */
    int mark(long mark, boolean extensions);
  }

  /** An action that waits for output or for an earlier action. */
  private static final class Held {

    final long mark;
    final long sinceNanos;
    final int bytes;
    final Runnable passing;
    int waitsFor;

    Held(long mark, int waitsFor, long sinceNanos, int bytes, Runnable passing) {
      this.mark = mark;
      this.waitsFor = waitsFor;
      this.sinceNanos = sinceNanos;
      this.bytes = bytes;
      this.passing = passing;
    }
  }

  /** How long events wait for output if the log has no room for it. */
  static final long PATIENCE_MILLIS = 100;

  /** How long events wait for output at most. */
  static final long LATE_MILLIS = 2000;

  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(LATE_MILLIS);
  private static final int MAX_HELD_BYTES = 256 * 1024;
  private static final int MAX_HELD = 1000;
  private static final int INITIAL_BYTES = 512;

  private final SandboxLines writer;
  private final OrderedEvents ordered;
  private final ObservedSandbox sandbox;
  private final boolean shared;
  private final EventFormat textFormat;
  private final EventFormat jsonFormat;
  private final WrittenOutput written;
  private final Timers timers;
  private final NanoClock clock;
  private final WallClock wallClock;

  /**
   * Collects the log of an init, or of an invocation whose caller wants its tail and that has the
   * runtime for itself.
   */
  private volatile @Nullable LogTail tail;

  // All guarded by this. It is never held while output waits for room.
  private final SharedTails sharedTails = new SharedTails();
  private final Utf8Buffer line = new Utf8Buffer(INITIAL_BYTES);
  private final Deque<Held> held = new ArrayDeque<>();
  private int heldBytes;
  private final List<Output> outputs = new ArrayList<>(1);
  private long lastMark;
  private boolean initSeen;
  private boolean invoking;

  /** The invocation that has the runtime for itself and whose lines {@link #tail} collects. */
  private @Nullable String followed;

  private boolean patienceScheduled;

  /**
   * Creates a log.
   *
   * @param writer where all lines go
   * @param label what the lines are labelled with from now on, null while there is no need to. Once
   *     it is there, it stays
   * @param ordered receives each event after the output before it was handed to this log
   * @param written marks positions in the output for the {@link OutputListener}s of this log
   * @param timers follow {@code clock}
   */
  public InvocationLog(
      ObservedSandbox sandbox,
      LineWriter writer,
      Supplier<@Nullable LogLabel> label,
      OrderedEvents ordered,
      WrittenOutput written,
      Timers timers,
      NanoClock clock,
      WallClock wallClock) {
    this.writer = new SandboxLines(writer, label);
    this.ordered = ordered;
    this.sandbox = sandbox;
    this.shared = sandbox.isShared();
    this.textFormat = new TextFormat(sandbox);
    this.jsonFormat = new JsonFormat(sandbox);
    this.written = written;
    this.timers = timers;
    this.clock = clock;
    this.wallClock = wallClock;
  }

  /**
   * Returns the format of reports of lost platform lines.
   *
   * @param format the current format of the log
   * @param wallClock dates the record
   */
  public static LineWriter.LossReport lossReport(Supplier<LogFormat> format, WallClock wallClock) {
    return (lines, bytes) -> {
      Utf8Buffer text = new Utf8Buffer(INITIAL_BYTES);
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

  /**
   * Returns a receiver for the output of one more process of the function. That of a runtime that
   * invocations share comes in whole lines, so that the lines of several invocations do not mix.
   */
  public OutputListener output() {
    boolean wholeLines = isJson() || shared;
    return opened(wholeLines ? new LineOutput("function", false, isJson()) : new TextOutput());
  }

  /**
   * Returns a receiver for the output of one more extension. It comes in whole lines, so that the
   * lines of several processes do not mix.
   */
  public OutputListener extensionOutput() {
    return opened(new LineOutput("extension", true, isJson()));
  }

  /** Returns whether the log is JSON now. */
  boolean isJson() {
    return sandbox.function().get().logFormat() == LogFormat.JSON;
  }

  private synchronized OutputListener opened(Output output) {
    outputs.add(output);
    return output;
  }

  // ------------------------------------------------------------------ events

  @Override
  public synchronized void emit(LifecycleEvent event) {
    long epochMillis = wallClock.epochMillis();
    line.clear();
    if (!isJson()) {
      textFormat.append(event, epochMillis, line);
    } else if (!(event instanceof LifecycleEvent.End)) {
      // In the cloud too, the log shows the end only as text.
      jsonFormat.append(event, epochMillis, line);
    }
    int waitsFor = 0;
    if (mustFollowOutput(event)) {
      lastMark++;
      waitsFor = written.mark(lastMark, event instanceof LifecycleEvent.End);
    }
    if (waitsFor == 0 && held.isEmpty()) {
      pass(event, epochMillis, line.array(), line.length());
    } else {
      byte[] lines = line.toBytes();
      hold(waitsFor, lines.length, () -> pass(event, epochMillis, lines, lines.length));
    }
  }

  /** Runs when the output and the events before it have passed. */
  private void pass(LifecycleEvent event, long epochMillis, byte[] lines, int length) {
    for (Output output : outputs) {
      if (LineEnds.at(event, output.ofExtension(), shared)) {
        output.endLine();
      }
    }
    switch (event) {
      case LifecycleEvent.InitStart e -> followInit();
      case LifecycleEvent.Start(Invocation invocation) -> follow(invocation);
      case LifecycleEvent.Report e -> {
        invoking = false;
        sharedTails.ended(e.invocation());
      }
      default -> {}
    }
    if (length > 0) {
      collect(event.invocation(), lines, length);
      writer.lines(lines, 0, length, isJson());
    }
    ordered.event(event, epochMillis);
  }

  /** The lines of an init belong to the invocation that it is a part of, or that comes next. */
  private void followInit() {
    if (!invoking) {
      tail = new LogTail(() -> {});
      followed = null;
    }
  }

  private void follow(Invocation invocation) {
    LogTail next = invocation.sink().logTail();
    LogTail before = tail;
    if (next != null && before != null && !invoking) {
      next.append(before);
    }
    if (shared) {
      sharedTails.began(invocation);
      tail = null;
    } else {
      invoking = true;
      tail = next;
      followed = invocation.requestId();
    }
  }

  /**
   * Takes a message of the function that does not come with the output of a process. It passes when
   * the events before it have passed, and does not wait for room.
   *
   * @param requestId the invocation that it belongs to, null for none
   * @param lines whole lines; must not change afterwards
   * @param json whether each line is a JSON object
   * @param passing runs when it passes; must not block
   */
  synchronized void message(
      @Nullable String requestId, Utf8Buffer lines, boolean json, Runnable passing) {
    if (held.isEmpty()) {
      passMessage(requestId, lines, json, passing);
    } else {
      hold(0, lines.length(), () -> passMessage(requestId, lines, json, passing));
    }
  }

  private void passMessage(
      @Nullable String requestId, Utf8Buffer lines, boolean json, Runnable passing) {
    outputs.forEach(Output::endShownLine);
    LogTail following = tail;
    if (following != null && (requestId == null || isFollowed(requestId))) {
      following.appendLines(lines.array(), 0, lines.length());
    }
    if (shared) {
      sharedTails.message(requestId, lines.array(), 0, lines.length());
    }
    writer.lines(lines.array(), 0, lines.length(), json);
    passing.run();
  }

  /** The lines of an init are of the invocation that comes next. */
  private boolean isFollowed(String requestId) {
    return followed == null || followed.equals(requestId);
  }

  /** Adds lines of the platform to the tails that they belong to. */
  private void collect(@Nullable Invocation about, byte[] lines, int length) {
    LogTail following = tail;
    if (following != null) {
      following.appendLines(lines, 0, length);
    }
    if (!shared) {
      return;
    }
    if (about == null) {
      sharedTails.ofAll(lines, 0, length);
    } else {
      LogTail own = about.sink().logTail();
      if (own != null) {
        own.appendLines(lines, 0, length);
      }
    }
  }

  /** Ends the collected log of an invocation when all of its output was written. */
  public synchronized void endTail(LogTail over) {
    if (held.isEmpty()) {
      endNow(over);
    } else {
      hold(0, 0, () -> endNow(over));
    }
  }

  private void endNow(LogTail over) {
    if (over.equals(tail)) {
      tail = null;
    }
    over.end();
  }

  /**
   * Runs an action when all events so far have passed: at once, or on a thread of the timers. The
   * action may do anything.
   */
  public void whenPassed(Runnable action) {
    synchronized (this) {
      if (!held.isEmpty()) {
        // Not under the log's lock.
        hold(0, 0, () -> timers.schedule(clock.nanoTime(), action));
        return;
      }
    }
    action.run();
  }

  /** Lets waiting events pass at once. */
  public synchronized void releaseHeld() {
    while (!held.isEmpty()) {
      passFirst();
    }
  }

  /** Marking costs a system call, so it is done only where output is likely to come before. */
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
      case LifecycleEvent.ErrorDetails e -> false;
      case LifecycleEvent.Start e -> {
        boolean first = initSeen;
        initSeen = false;
        yield first;
      }
      case LifecycleEvent.Fault e -> true;
      case LifecycleEvent.RuntimeDone e -> true;
      // The runtime's part of the same invocation was over before, unless others share it.
      case LifecycleEvent.End e -> shared || outputs.stream().anyMatch(Output::ofExtension);
      // The end of the same invocation was logged just before.
      case LifecycleEvent.Report e -> false;
    };
  }

  // ------------------------------------------------------------------ waiting

  private void hold(int waitsFor, int bytes, Runnable passing) {
    held.add(new Held(lastMark, waitsFor, clock.nanoTime(), bytes, passing));
    heldBytes += bytes;
    if (heldBytes > MAX_HELD_BYTES || held.size() > MAX_HELD) {
      releaseHeld();
    } else {
      schedulePatience();
    }
  }

  private void schedulePatience() {
    Held first = held.peek();
    if (first != null && !patienceScheduled) {
      patienceScheduled = true;
      long now = clock.nanoTime();
      long untilDue = first.sinceNanos + PATIENCE_NANOS - now;
      timers.schedule(now + (untilDue > 0 ? untilDue : PATIENCE_NANOS), this::losePatience);
    }
  }

  private synchronized void losePatience() {
    patienceScheduled = false;
    long now = clock.nanoTime();
    long patience = writer.hasRoom() ? LATE_NANOS : PATIENCE_NANOS;
    Held first = held.peek();
    while (first != null && (first.waitsFor == 0 || now - first.sinceNanos >= patience)) {
      passFirst();
      first = held.peek();
    }
    schedulePatience();
  }

  private void passFirst() {
    Held first = held.remove();
    heldBytes -= first.bytes;
    first.passing.run();
  }

  private synchronized void reached(long mark) {
    for (Held each : held) {
      if (each.mark == mark && each.waitsFor > 0) {
        each.waitsFor--;
        break;
      }
    }
    Held first = held.peek();
    while (first != null && first.waitsFor == 0) {
      passFirst();
      first = held.peek();
    }
  }

  // ------------------------------------------------------------------ output

  /** The output of one process. */
  private abstract class Output implements OutputListener {

    private final boolean ofExtension;

    Output(boolean ofExtension) {
      this.ofExtension = ofExtension;
    }

    boolean ofExtension() {
      return ofExtension;
    }

    /** Ends an incomplete line. Called under the log's lock, so it must not wait for room. */
    abstract void endLine();

    /** Ends an incomplete line whose beginning the log shows already. */
    abstract void endShownLine();

    @Override
    public void reached(long mark) {
      InvocationLog.this.reached(mark);
    }

    @Override
    public void ended() {
      synchronized (InvocationLog.this) {
        endLine();
        outputs.remove(this);
      }
    }
  }

  /** Passes bytes on as they are, and messages on lines of their own. */
  private final class TextOutput extends Output {

    /** Whether the last byte is not a line's end. */
    private volatile boolean insideLine;

    /** Whether the log has ended its last line, so that the line end may still come. */
    private volatile boolean endedEarly;

    /** Takes whole lines, as soon as lines have a label. */
    private volatile @Nullable LineOutput labelled;

    TextOutput() {
      super(false);
    }

    private @Nullable LineOutput labelled() {
      LineOutput known = labelled;
      if (known == null && writer.areLabelled()) {
        synchronized (InvocationLog.this) {
          endLine();
          known = new LineOutput("function", false, false);
          if (endedEarly) {
            known.lines.expectLineEnd();
          }
          labelled = known;
        }
      }
      return known;
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
      LineOutput whole = labelled();
      if (whole != null) {
        whole.output(bytes, offset, length);
        return;
      }
      int from = endedEarly && bytes[offset] == '\n' ? offset + 1 : offset;
      int count = offset + length - from;
      endedEarly = false;
      if (count == 0) {
        return;
      }
      insideLine = bytes[from + count - 1] != '\n';
      LogTail following = tail;
      if (following != null) {
        following.append(bytes, from, count);
      }
      writer.output(bytes, from, count);
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      LineOutput whole = labelled();
      if (whole != null) {
        whole.message(bytes, offset, length, epochMicros, level);
        return;
      }
      endedEarly = insideLine;
      insideLine = false;
      LogTail following = tail;
      if (following != null) {
        following.appendLines(bytes, offset, length);
      }
      writer.message(bytes, offset, length, false);
    }

    @Override
    void endLine() {
      LineOutput whole = labelled;
      if (whole != null) {
        whole.endLine();
      } else if (insideLine) {
        insideLine = false;
        endedEarly = true;
        LogTail following = tail;
        if (following != null) {
          following.endLine();
        }
        writer.endLine();
      }
    }

    @Override
    void endShownLine() {
      if (labelled == null) {
        endLine();
      }
    }
  }

  /** Takes the output line by line: as records, or as lines of text. */
  private final class LineOutput extends Output {

    private final String type;
    private final boolean json;

    /** The log's lock guards its incomplete line. */
    private final OutputLines lines;

    private Utf8Buffer complete = new Utf8Buffer(0);

    LineOutput(String type, boolean ofExtension, boolean json) {
      super(ofExtension);
      this.type = type;
      this.json = json;
      this.lines =
          new OutputLines(
              (bytes, offset, length) -> put(bytes, offset, length, wallClock.epochMillis()));
    }

    private void put(byte[] bytes, int offset, int length, long epochMillis) {
      int from = complete.length();
      if (json) {
        LineRecords.appendPrinted(type, bytes, offset, length, epochMillis, complete);
      } else {
        complete.put(bytes, offset, length).put('\n');
      }
      sharedTails.output(bytes, offset, length, complete, from);
    }

    @Override
    public void output(byte[] bytes, int offset, int length) {
      Utf8Buffer all;
      synchronized (InvocationLog.this) {
        complete = new Utf8Buffer(2 * length + INITIAL_BYTES);
        lines.append(bytes, offset, length);
        all = complete;
      }
      write(all);
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      Utf8Buffer all;
      synchronized (InvocationLog.this) {
        complete = new Utf8Buffer(2 * length + INITIAL_BYTES);
        lines.endEarly();
        int text = OutputLines.lengthWithoutEnd(bytes, offset, length);
        put(bytes, offset, text, millis(epochMicros));
        all = complete;
      }
      write(all);
    }

    private void write(Utf8Buffer all) {
      if (all.isEmpty()) {
        return;
      }
      LogTail following = tail;
      if (following != null) {
        following.appendLines(all.array(), 0, all.length());
      }
      writer.message(all.array(), 0, all.length(), json);
    }

    private long millis(long epochMicros) {
      return epochMicros == NO_TIME
          ? wallClock.epochMillis()
          : TimeUnit.MICROSECONDS.toMillis(epochMicros);
    }

    @Override
    void endLine() {
      complete = new Utf8Buffer(0);
      lines.endEarly();
      if (!complete.isEmpty()) {
        LogTail following = tail;
        if (following != null) {
          following.appendLines(complete.array(), 0, complete.length());
        }
        writer.lines(complete.array(), 0, complete.length(), json);
      }
    }

    /** The log shows whole lines only. */
    @Override
    void endShownLine() {}
  }
}
