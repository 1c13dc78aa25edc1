package dev.rapid.azure;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the process of a worker prints (contract azure-functions-worker, section 3.4): lines that
 * begin with {@code LanguageWorkerConsoleLog} are for Rapid's own log, and the others are the
 * function's. Those of a placeholder are dropped.
 *
 * <p>Bytes of the function pass unchanged and at once, except for the beginning of a line that may
 * still become the prefix.
 */
final class WorkerOutput implements OutputListener {

  private static final Logger LOG = System.getLogger("dev.rapid.azure.worker");

  private static final byte[] PREFIX =
      "languageworkerconsolelog".getBytes(StandardCharsets.US_ASCII);

  /** A longer line is logged in pieces. */
  private static final int MAX_LINE_BYTES = 8192;

  private final OutputListener function;
  private final BooleanSupplier isPlaceholder;
  private final ErrorLines errors;

  /** The beginning of a line that may become the prefix, as it was written. */
  private final byte[] held = new byte[PREFIX.length];

  private final ByteArrayOutputStream workerLine = new ByteArrayOutputStream();
  private int heldLength;
  private Place place = Place.BEGINNING;

  /** To what the next byte belongs. */
  private enum Place {
    /** To a line of which all bytes so far are held. */
    BEGINNING,
    FUNCTION_LINE,
    WORKER_LINE
  }

  /**
   * @param function takes the lines of the function
   * @param isPlaceholder whether the worker has no app yet
   * @param errors takes all that is printed
   */
  WorkerOutput(OutputListener function, BooleanSupplier isPlaceholder, ErrorLines errors) {
    this.function = function;
    this.isPlaceholder = isPlaceholder;
    this.errors = errors;
  }

  @Override
  public void output(byte[] bytes, int offset, int length) {
    int end = offset + length;
    errors.add(bytes, offset, end);
    int passFrom = offset;
    for (int i = offset; i < end; i++) {
      byte next = bytes[i];
      if (place == Place.BEGINNING) {
        if (lowerCase(next) == PREFIX[heldLength]) {
          pass(bytes, passFrom, i);
          passFrom = i + 1;
          hold(next);
          continue;
        }
        release();
      }
      if (place == Place.WORKER_LINE) {
        passFrom = i + 1;
        takeWorkerByte(next);
      } else if (next == '\n') {
        place = Place.BEGINNING;
      }
    }
    pass(bytes, passFrom, end);
  }

  private static int lowerCase(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter;
  }

  private void hold(byte next) {
    held[heldLength++] = next;
    if (heldLength == PREFIX.length) {
      heldLength = 0;
      place = Place.WORKER_LINE;
    }
  }

  /** What is held is not the prefix. */
  private void release() {
    pass(held, 0, heldLength);
    heldLength = 0;
    place = Place.FUNCTION_LINE;
  }

  private void takeWorkerByte(byte next) {
    if (next != '\n') {
      workerLine.write(next);
    }
    if (next == '\n' || workerLine.size() == MAX_LINE_BYTES) {
      logWorkerLine();
    }
    if (next == '\n') {
      place = Place.BEGINNING;
    }
  }

  private void logWorkerLine() {
    LOG.log(Level.DEBUG, "{0}", workerLine.toString(StandardCharsets.UTF_8).strip());
    workerLine.reset();
  }

  private void pass(byte[] bytes, int from, int to) {
    if (to > from && !isPlaceholder.getAsBoolean()) {
      function.output(bytes, from, to - from);
    }
  }

  @Override
  public void message(
      byte[] bytes, int offset, int length, long epochMicros, @Nullable ApplicationLogLevel level) {
    function.message(bytes, offset, length, epochMicros, level);
  }

  @Override
  public void reached(long mark) {
    if (heldLength > 0) {
      release();
    }
    function.reached(mark);
  }

  @Override
  public void ended() {
    if (heldLength > 0) {
      release();
    }
    if (workerLine.size() > 0) {
      logWorkerLine();
    }
    function.ended();
  }
}
