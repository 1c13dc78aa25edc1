package dev.rapid.telemetry.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.LogTail;
import dev.rapid.lambda.Utf8Buffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tails of the invocations that share a runtime (contract lifecycle-and-control, section 9.10).
 * A line of output belongs to the invocation whose request id it has, in quotes as in JSON or
 * between tabs as in the text of Python's and Node's clients. A line that names none may be of any
 * invocation that runs: all of them get it. Not for several threads at once.
 */
final class SharedTails {

  private static final class Running {

    final byte[] requestId;
    final @Nullable LogTail tail;

    Running(byte[] requestId, @Nullable LogTail tail) {
      this.requestId = requestId;
      this.tail = tail;
    }
  }

  private final Map<String, Running> running = new HashMap<>();

  /** How many of those that run want their tail. */
  private int wanted;

  /** An invocation begins. */
  void began(Invocation invocation) {
    ended(invocation);
    LogTail tail = invocation.sink().logTail();
    String requestId = invocation.requestId();
    running.put(requestId, new Running(requestId.getBytes(UTF_8), tail));
    wanted += tail == null ? 0 : 1;
  }

  /** An invocation has ended: it gets no more output. */
  void ended(Invocation invocation) {
    Running over = running.remove(invocation.requestId());
    if (over != null && over.tail != null) {
      wanted--;
    }
  }

  /**
   * Takes a line of output.
   *
   * @param bytes where the line is as it was written, without its end
   * @param shown has the line as the log shows it, from {@code from} to its end
   */
  void output(byte[] bytes, int offset, int length, Utf8Buffer shown, int from) {
    if (wanted == 0) {
      return;
    }
    int count = shown.length() - from;
    for (Running each : running.values()) {
      if (isNamed(each.requestId, bytes, offset, length)) {
        append(each, shown.array(), from, count);
        return;
      }
    }
    ofAll(shown.array(), from, count);
  }

  /** Takes lines that belong to all invocations that run. */
  void ofAll(byte[] bytes, int offset, int length) {
    for (Running each : running.values()) {
      append(each, bytes, offset, length);
    }
  }

  /**
   * Takes the lines of a message.
   *
   * @param requestId the invocation that they belong to, which need not run any more; null for none
   */
  void message(@Nullable String requestId, byte[] bytes, int offset, int length) {
    if (requestId == null) {
      ofAll(bytes, offset, length);
      return;
    }
    Running one = running.get(requestId);
    if (one != null) {
      append(one, bytes, offset, length);
    }
  }

  private static void append(Running each, byte[] bytes, int offset, int length) {
    LogTail tail = each.tail;
    if (tail != null) {
      tail.appendLines(bytes, offset, length);
    }
  }

  private static boolean isNamed(byte[] requestId, byte[] bytes, int offset, int length) {
    int last = offset + length - requestId.length - 1;
    for (int at = offset + 1; at <= last; at++) {
      byte before = bytes[at - 1];
      if ((before == '"' || before == '\t')
          && bytes[at + requestId.length] == before
          && Arrays.equals(bytes, at, at + requestId.length, requestId, 0, requestId.length)) {
        return true;
      }
    }
    return false;
  }
}
