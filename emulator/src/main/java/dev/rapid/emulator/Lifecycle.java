package dev.rapid.emulator;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Closes all started parts in reverse order.
 *
 * <p>If a part fails to close, the others are closed nevertheless; later failures are attached to
 * the first. A concurrent call waits until all parts are closed.
 */
final class Lifecycle implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Lifecycle.class.getName());

  // Both guarded by this.
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private boolean closed;

  /**
   * Adds a started part.
   *
   * @throws IllegalStateException after the end; the part is closed first
   */
  synchronized <T extends AutoCloseable> T add(T part) {
    if (closed) {
      closeQuietly(part);
      throw new IllegalStateException("Rapid is shutting down");
    }
    parts.push(part);
    return part;
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "Could not close " + part, e);
    }
  }

  /**
   * Closes all parts. Repeated calls do nothing.
   *
   * @throws IllegalStateException if a part could not be closed
   */
  @Override
  public synchronized void close() {
    closed = true;
    @Nullable IllegalStateException failure = null;
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("Could not close " + part, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
