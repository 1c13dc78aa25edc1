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

  private final AgentStreams streams;
  private final int maxFrameBytes;
  private final Receiver receiver;

  // All guarded by this.
  private final Deque<List<Request>> unwritten = new ArrayDeque<>();
  private boolean writing;
  private boolean inputEnds;

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
    this.maxFrameBytes = maxFrameBytes;
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

  /** Ends the agent's input after what waits. */
  synchronized void endInput() {
    inputEnds = true;
    notifyAll();
  }

  /** Drops what waits, and ends the agent's input as soon as it can be. */
  synchronized void abort() {
    unwritten.clear();
    inputEnds = true;
    notifyAll();
  }

  /** Returns whether the agent has not taken all yet. */
  synchronized boolean hasUnwritten() {
    return writing || !unwritten.isEmpty();
  }

  private void write() {
    FrameWriter writer = new FrameWriter(streams.toAgent());
    try {
      while (true) {
        List<Request> next = next();
        if (next == null) {
          break;
        }
        writer.write(next);
      }
    } catch (IOException e) {
      abort();
      receiver.inputBroken(e);
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
    writing = false;
    while (unwritten.isEmpty()) {
      if (inputEnds) {
        return null;
      }
      wait();
    }
    writing = true;
    return unwritten.removeFirst();
  }

  // ------------------------------------------------------------------ from the agent

  private void read() {
    IOException failure = null;
    try {
      FrameReader<Response> reader =
          new FrameReader<>(Response.parser(), streams.fromAgent(), maxFrameBytes);
      boolean more = true;
      while (more) {
        more = readSome(reader);
      }
    } catch (IOException e) {
      failure = e;
    }
    receiver.outputEnded(failure);
  }

  /** Hands on the next frames, and returns whether there may be more. */
  private boolean readSome(FrameReader<Response> reader) throws IOException {
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

  /** Ends both directions. */
  void close() {
    abort();
    streams.close();
  }
}
