package dev.rapid.kapacitor.host;

import dev.rapid.kapacitor.AgentStreams;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.codec.FrameWriter;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames from and to an agent. A thread reads and another one writes, so that both sides may
 * have more to say than fits into their pipes (contract kapacitor-udf, section 8.4). Thread-safe;
 * nothing blocks the caller.
 */
final class AgentStream {

  private static final Logger LOG = System.getLogger(AgentStream.class.getName());

  private static final long STACK_BYTES = 256 * 1024;

  /** How many frames are handed on at once at most. */
  private static final int MOST_FRAMES = 1024;

  /** Between so many bytes of data a keepalive may be written. */
  private static final int PIECE_BYTES = 256 * 1024;

  private final AgentStreams streams;
  private final FrameReader<Response> reader;
  private final Receiver receiver;

  // All guarded by this.
  private final Deque<List<Request>> unwritten = new ArrayDeque<>();

  /** How many frames of the first list have been taken. */
  private int taken;

  /** Frames that do not wait for data. */
  private final Deque<Request> urgent = new ArrayDeque<>();

  private boolean inputEnds;

  /** Whether all was written. Read by any thread. */
  private volatile boolean inputEnded;

  /** Takes what the agent sends, on the thread that reads; must not block. */
  interface Receiver {

    /** Frames have come. */
    void received(List<Response> frames);

    /**
     * Nothing more comes.
     *
     * @param failure null at the end of the agent's output
     */
    void outputEnded(@Nullable IOException failure);

    /** The agent does not take anything any more. */
    void inputBroken(IOException failure);
  }

  AgentStream(AgentStreams streams, int maxFrameBytes, Receiver receiver) {
    this.streams = streams;
    this.reader = new FrameReader<>(Response.parser(), streams.fromAgent(), maxFrameBytes);
    this.receiver = receiver;
  }

  /**
   * Begins to read and to write.
   *
   * @param name of the agent, for the names of the threads
   */
  void begin(String name) {
    start("rapid-udf-read-" + name, this::read);
    start("rapid-udf-write-" + name, this::write);
  }

  private static void start(String name, Runnable task) {
    Thread unused = Thread.ofPlatform().daemon().name(name).stackSize(STACK_BYTES).start(task);
  }

  boolean isConnection() {
    return streams.isConnection();
  }

  // ------------------------------------------------------------------ to the agent

  /** Writes frames after those that wait. */
  synchronized void write(List<Request> frames) {
    if (!inputEnds) {
      unwritten.add(frames);
      notifyAll();
    }
  }

  /**
   * Writes a frame as soon as possible, also between frames that wait.
   *
   * @return whether it comes before frames that wait
   */
  synchronized boolean writeSoon(Request frame) {
    boolean ahead = !unwritten.isEmpty();
    if (!inputEnds) {
      urgent.add(frame);
      notifyAll();
    }
    return ahead;
  }

  /** Ends the agent's input after what waits. */
  synchronized void endInput() {
    inputEnds = true;
    notifyAll();
  }

  /** Drops what waits, and ends the agent's input as soon as it can be. */
  synchronized void abort() {
    unwritten.clear();
    urgent.clear();
    taken = 0;
    inputEnds = true;
    notifyAll();
  }

  private void write() {
    FrameWriter writer = new FrameWriter(streams.toAgent());
    try {
      while (true) {
        List<Request> next = next();
        if (next == null) {
          inputEnded = true;
          break;
        }
        writer.write(next);
      }
    } catch (IOException e) {
      abort();
      receiver.inputBroken(e);
    } catch (RuntimeException | Error e) {
      // The memory may be too small for one frame.
      LOG.log(Level.ERROR, "Could not write to an agent", e);
      abort();
      receiver.inputBroken(new IOException("Could not write: " + e, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      try {
        streams.toAgent().close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "The input of an agent was broken at its end", e);
      }
    }
  }

  private synchronized @Nullable List<Request> next() throws InterruptedException {
    while (unwritten.isEmpty() && urgent.isEmpty()) {
      if (inputEnds) {
        return null;
      }
      wait();
    }
    if (!urgent.isEmpty()) {
      return List.of(urgent.removeFirst());
    }
    List<Request> first = unwritten.getFirst();
    int from = taken;
    long bytes = 0;
    while (taken < first.size() && bytes < PIECE_BYTES) {
      bytes += first.get(taken).getSerializedSize();
      taken++;
    }
    List<Request> piece = first.subList(from, taken);
    if (taken == first.size()) {
      unwritten.removeFirst();
      taken = 0;
    }
    return piece;
  }

  /** Returns whether the agent was sent all, and the end of its input after it. */
  boolean hasInputEnded() {
    return inputEnded;
  }

  // ------------------------------------------------------------------ from the agent

  private void read() {
    IOException failure = null;
    try {
      boolean more = true;
      while (more) {
        more = readSome();
      }
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      // The memory may be too small for one frame.
      LOG.log(Level.ERROR, "Could not read from an agent", e);
      failure = new IOException("Could not read: " + e, e);
    }
    receiver.outputEnded(failure);
  }

  /** Hands on the next frames, and returns whether there may be more. */
  private boolean readSome() throws IOException {
    Response frame = reader.next();
    if (frame == null) {
      return false;
    }
    if (!reader.hasBuffered()) {
      receiver.received(List.of(frame));
      return true;
    }
    List<Response> frames = new ArrayList<>();
    try {
      frames.add(frame);
      while (frames.size() < MOST_FRAMES && reader.hasBuffered()) {
        Response following = reader.next();
        if (following == null) {
          return false;
        }
        frames.add(following);
      }
    } finally {
      receiver.received(frames);
    }
    return true;
  }

  /** Returns how a frame begins whose rest has not come, null if no frame has begun. */
  @Nullable String incompleteFrame() {
    return reader.incompleteFrame();
  }

  /** Ends both directions. */
  void close() {
    abort();
    streams.close();
  }
}
