package dev.rapid.emulator;

import dev.rapid.http.HttpWorker;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The I/O threads of a Rapid (decision 0022).
 *
 * <p>One serves the callers. It also serves the first sandbox of each function, so that a single
 * caller's invocation never changes the thread. The other sandboxes, and every sandbox that runs
 * several invocations at once, get the further threads in turn. All connections of a sandbox have
 * the same thread. A further thread is started when it gets its first sandbox.
 */
final class IoThreads implements AutoCloseable {

  private static final Logger LOG = System.getLogger(IoThreads.class.getName());

  /** The thread of the callers has 40 % of the work, so that more than this do not help. */
  private static final int MAX_DEFAULT = 3;

  private final HttpWorker callers;
  private final int count;

  // Both guarded by this.
  private final List<HttpWorker> further = new ArrayList<>();
  private int given;

  private IoThreads(HttpWorker callers, int count) {
    this.callers = callers;
    this.count = count;
  }

  /** Returns how many threads are of use on this machine. */
  static int defaultCount() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_DEFAULT);
  }

  /**
   * Starts the thread of the callers.
   *
   * @param count how many threads there may be, at least 1
   * @param payloadBytes how many bytes of payloads may be in memory at once
   * @throws IOException if the operating system refuses a selector
   */
  static IoThreads start(int count, long payloadBytes) throws IOException {
    return new IoThreads(WithoutJmx.start(() -> HttpWorker.start(1, payloadBytes)), count);
  }

  /** Returns the thread of the callers, which has the memory for payloads. */
  HttpWorker callers() {
    return callers;
  }

  /** Returns the thread for one more sandbox. */
  synchronized HttpWorker next() {
    if (count == 1) {
      return callers;
    }
    int index = given % (count - 1);
    given++;
    if (index == further.size()) {
      try {
        further.add(WithoutJmx.start(() -> callers.startBeside("http-" + (index + 2))));
      } catch (IOException e) {
        LOG.log(Level.WARNING, "Could not start one more I/O thread; another one has its work", e);
        return callers;
      }
    }
    return index < further.size() ? further.get(index) : callers;
  }

  @Override
  public synchronized void close() {
    further.forEach(HttpWorker::close);
    callers.close();
  }
}
