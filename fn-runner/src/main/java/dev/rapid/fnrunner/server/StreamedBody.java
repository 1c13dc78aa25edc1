package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.StreamedPayload;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A body that its worker gets while it arrives. Frames are asked for as long as less than {@value
 * #WINDOW} bytes wait for the worker.
 */
final class StreamedBody implements CallBody, StreamedPayload {

  private static final int WINDOW = 64 * 1024;

  private final Runnable next;

  // All guarded by this.
  private final Deque<Consumer<Receiver>> steps = new ArrayDeque<>();
  private @Nullable Receiver receiver;
  private boolean passing;
  private boolean ended;
  private boolean dropped;
  private int readers = 1;

  /** How many bytes the worker has not taken. */
  private int waiting;

  /** Whether no frame is asked for, because too much waits. */
  private boolean paused;

  /**
   * @param next asks for the next frame; on any thread
   */
  StreamedBody(Runnable next) {
    this.next = next;
  }

  // ------------------------------------------------------------------ from the caller

  @Override
  public void frame(ByteString bytes) {
    boolean more;
    synchronized (this) {
      if (ended || dropped) {
        return;
      }
      if (!bytes.isEmpty()) {
        waiting += bytes.size();
        Payload piece = new ByteStringPayload(bytes, () -> taken(bytes.size()));
        steps.add(to -> to.write(piece));
      }
      more = waiting < WINDOW;
      paused = !more;
    }
    pass();
    if (more) {
      next.run();
    }
  }

  @Override
  public void complete() {
    end(Receiver::complete);
  }

  @Override
  public void truncated() {
    end(Receiver::truncated);
  }

  private void end(Consumer<Receiver> last) {
    synchronized (this) {
      if (ended || dropped) {
        return;
      }
      ended = true;
      steps.add(last);
    }
    pass();
  }

  // ------------------------------------------------------------------ to the worker

  @Override
  public void passTo(Receiver to) {
    synchronized (this) {
      receiver = to;
    }
    pass();
  }

  /** Passes on what there is, on one thread at a time. */
  private void pass() {
    Receiver to;
    synchronized (this) {
      to = receiver;
      if (passing || to == null) {
        return;
      }
      passing = true;
    }
    while (true) {
      Consumer<Receiver> step;
      synchronized (this) {
        step = steps.poll();
        if (step == null) {
          passing = false;
          return;
        }
      }
      step.accept(to);
    }
  }

  private void taken(int bytes) {
    boolean more;
    synchronized (this) {
      waiting -= bytes;
      more = paused && waiting < WINDOW && !dropped;
      if (more) {
        paused = false;
      }
    }
    if (more) {
      next.run();
    }
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public List<ByteBuffer> buffers() {
    return List.of();
  }

  @Override
  public synchronized void acquire() {
    readers++;
  }

  @Override
  public synchronized void release() {
    readers--;
    if (readers == 0) {
      dropped = true;
      steps.clear();
    }
  }

  @Override
  public String toString() {
    return "Payload[streamed]";
  }
}
