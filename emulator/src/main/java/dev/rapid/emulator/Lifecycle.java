package dev.rapid.emulator;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Closes all started parts in reverse order.
 *
 * <p>If a part fails to close, the others are closed nevertheless; later failures are attached to
 * the first. A concurrent call waits until all parts are closed.
 *
 * <p>What ends before the rest has a lifecycle of its own, a {@link #child}: when that is closed,
 * nothing of it is left here.
 */
final class Lifecycle implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Lifecycle.class.getName());

  /**
   * Held while parts are closed. It is taken before {@code this}, and by a parent before a child.
   */
  private final Object closing = new Object();

  private final Runnable leaveParent;

  // All guarded by this.
  private final SequencedMap<Long, AutoCloseable> parts = new LinkedHashMap<>();
  private long lastKey;
  private boolean closed;

  /** Creates a lifecycle without parts. */
  Lifecycle() {
    this(() -> {});
  }

  private Lifecycle(Runnable leaveParent) {
    this.leaveParent = leaveParent;
  }

  /**
   * Adds a started part.
   *
   * @throws IllegalStateException after the end; the part is closed first
   */
  <T extends AutoCloseable> T add(T part) {
    synchronized (this) {
      if (!closed) {
        lastKey++;
        parts.put(lastKey, part);
        return part;
      }
    }
    closeQuietly(part);
    throw new IllegalStateException("Rapid is shutting down");
  }

  /**
   * Returns a lifecycle that is a part of this one until it is closed.
   *
   * @throws IllegalStateException after the end
   */
  synchronized Lifecycle child() {
    long key = lastKey + 1;
    return add(new Lifecycle(() -> forget(key)));
  }

  private synchronized void forget(long key) {
    AutoCloseable unused = parts.remove(key);
  }

  /** Returns how many parts would be closed now. */
  synchronized int size() {
    return parts.size();
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
  public void close() {
    @Nullable IllegalStateException failure = null;
    synchronized (closing) {
      for (AutoCloseable part = last(); part != null; part = last()) {
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
    }
    leaveParent.run();
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized @Nullable AutoCloseable last() {
    closed = true;
    Map.Entry<Long, AutoCloseable> last = parts.pollLastEntry();
    return last == null ? null : last.getValue();
  }
}
