package dev.rapid.http;

import dev.rapid.http.request.PayloadMemory;
import dev.rapid.http.request.RequestMemory;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/**
 * I/O threads, and the memory that all listeners of a process share.
 *
 * <p>A connection belongs to one I/O thread of its listener's worker. A task for an exchange of
 * another thread is handed over ({@link dev.rapid.http.answer.Answers#onIoThread}), which costs a
 * wake-up; {@link #startBeside} makes a worker whose connections are known to have another thread.
 */
public final class HttpWorker implements AutoCloseable {

  /** The size of a buffer in bytes. */
  static final int BUFFER_BYTES = 16 * 1024;

  private static final int MAX_POOLED_BUFFERS = 256;
  private static final int BUFFERS_PER_THREAD = 8;
  private static final long STACK_BYTES = 512L * 1024;
  private static final int END_PATIENCE_SECONDS = 1;

  private final XnioWorker worker;
  private final RequestMemory memory;
  private final boolean ownsMemory;

  private HttpWorker(XnioWorker worker, RequestMemory memory, boolean ownsMemory) {
    this.worker = worker;
    this.memory = memory;
    this.ownsMemory = ownsMemory;
  }

  /**
   * Starts the threads.
   *
   * @param ioThreads at least 1
   * @param payloadBytes how many bytes of payloads may be in memory at once
   * @throws IOException if the operating system refuses a selector
   */
  public static HttpWorker start(int ioThreads, long payloadBytes) throws IOException {
    return start("http", ioThreads, payloadBytes);
  }

  /**
   * Starts one thread with a name of its own, for connections to others. It reads no payloads.
   *
   * @throws IOException if the operating system refuses a selector
   */
  public static HttpWorker startOutgoing(String name) throws IOException {
    return start(name, 1, 0);
  }

  /**
   * Starts one more thread, which shares the memory of this worker. It is to be closed before this
   * worker.
   *
   * @throws IOException if the operating system refuses a selector
   */
  public HttpWorker startBeside(String name) throws IOException {
    return new HttpWorker(startThreads(name, 1), memory, false);
  }

  private static HttpWorker start(String name, int ioThreads, long payloadBytes)
      throws IOException {
    XnioWorker worker = startThreads(name, ioThreads);
    ByteBufferPool buffers =
        new DefaultByteBufferPool(true, BUFFER_BYTES, MAX_POOLED_BUFFERS, BUFFERS_PER_THREAD);
    return new HttpWorker(worker, new RequestMemory(buffers, BUFFER_BYTES, payloadBytes), true);
  }

  private static XnioWorker startThreads(String name, int ioThreads) throws IOException {
    OptionMap options =
        OptionMap.builder()
            .set(Options.WORKER_NAME, name)
            .set(Options.WORKER_IO_THREADS, ioThreads)
            .set(Options.WORKER_TASK_CORE_THREADS, 1)
            .set(Options.WORKER_TASK_MAX_THREADS, 1)
            .set(Options.STACK_SIZE, STACK_BYTES)
            .set(Options.THREAD_DAEMON, true)
            .set(Options.TCP_NODELAY, true)
            .getMap();
    return Xnio.getInstance(HttpWorker.class.getClassLoader()).createWorker(options);
  }

  /** Returns the memory that bodies are read into. */
  public PayloadMemory payloads() {
    return memory.payloads();
  }

  /** Returns the memory that connections share. */
  RequestMemory memory() {
    return memory;
  }

  /** Returns the threads. */
  public XnioWorker xnio() {
    return worker;
  }

  /** Returns the buffers that connections read into and write from. */
  public ByteBufferPool buffers() {
    return memory.buffers();
  }

  /** Ends the threads; open connections are dropped. */
  @Override
  public void close() {
    worker.shutdownNow();
    try {
      // A thread that still serves a connection asks for a buffer.
      boolean ignored = worker.awaitTermination(END_PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (ownsMemory) {
      memory.buffers().close();
    }
  }
}
