package dev.rapid.telemetry.delivery;

import dev.rapid.http.HttpWorker;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioIoThread;

/**
 * The one thread that delivers to all subscribers. It starts with the first of them: most functions
 * have none. It is separate from the threads that serve invocations, so that no subscriber delays
 * an invocation.
 */
public final class DeliveryThread implements Executor, AutoCloseable {

  private static final Logger LOG = System.getLogger(DeliveryThread.class.getName());

  /** Starts a worker with one thread. */
  @FunctionalInterface
  public interface Start {

    /**
     * Returns the worker.
     *
     * @throws IOException if the operating system refuses a selector
     */
    HttpWorker start() throws IOException;
  }

  private final Start start;
  private @Nullable HttpWorker worker;
  private boolean closed;

  /** Creates a thread that {@code start} starts when it is needed. */
  public DeliveryThread(Start start) {
    this.start = start;
  }

  /** Creates a thread that is started when it is needed. */
  public DeliveryThread() {
    this(() -> HttpWorker.startOutgoing("telemetry"));
  }

  /**
   * Starts the thread if it does not run yet.
   *
   * @throws IOException if it cannot be started, or was closed
   */
  public void start() throws IOException {
    HttpWorker unused = worker();
  }

  XnioIoThread ioThread() throws IOException {
    return worker().xnio().getIoThread(0);
  }

  private synchronized HttpWorker worker() throws IOException {
    if (closed) {
      throw new IOException("telemetry is not delivered any more");
    }
    HttpWorker running = worker;
    if (running == null) {
      running = start.start();
      worker = running;
    }
    return running;
  }

  /** Runs {@code task} on the thread; does nothing after {@link #close()}. */
  @Override
  public void execute(Runnable task) {
    try {
      ioThread()
          .execute(() -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              LOG.log(Level.ERROR, "Could not go on with a delivery", e);
            }
          });
    } catch (IOException | RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "No delivery any more", e);
    }
  }

  /** Ends the thread; what was not delivered is lost. */
  @Override
  public void close() {
    HttpWorker running;
    synchronized (this) {
      closed = true;
      running = worker;
    }
    if (running != null) {
      running.close();
    }
  }
}
