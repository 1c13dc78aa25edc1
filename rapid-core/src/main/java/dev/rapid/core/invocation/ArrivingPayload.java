package dev.rapid.core.invocation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StreamedPayload} that a front end fills as bytes arrive. It asks for the next bytes
 * while fewer than its window wait for the worker, so that a worker that does not read stops the
 * caller.
 *
 * <p>Each {@link #arrived} is followed by one call of {@code next}, at once or when the worker has
 * taken enough. All methods may be called on any thread.
 */
public final class ArrivingPayload implements StreamedPayload {

  private final int window;
  private final Runnable next;
  private final Runnable whenDropped;

  // All guarded by this.
  private final Deque<Payload> pieces = new ArrayDeque<>();
  private @Nullable Receiver receiver;
  private @Nullable Consumer<Receiver> end;
  private boolean passing;
  private boolean ended;
  private boolean paused;
  private int readers = 1;
  private long waitingBytes;

  /**
   * Creates a payload of which nothing has arrived.
   *
   * @param window how many bytes may wait for the worker before no more are asked for
   * @param next asks the caller for more; must not block
   * @param whenDropped called once when the payload has no reader any more; what arrives later is
   *     dropped. Must not block
   */
  public ArrivingPayload(int window, Runnable next, Runnable whenDropped) {
    this.window = window;
    this.next = next;
    this.whenDropped = whenDropped;
  }

  // ------------------------------------------------------------------ from the caller

  /** Takes the next bytes, which are released when the worker has taken them. */
  public void arrived(Payload bytes) {
    Piece piece = new Piece(bytes);
    boolean more;
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException("Bytes after the end of a payload");
      }
      waitingBytes += piece.length;
      more = waitingBytes < window;
      paused = !more;
      if (readers > 0) {
        pieces.add(piece);
        piece = null;
      }
    }
    if (piece != null) {
      piece.release();
    } else {
      pass();
    }
    if (more) {
      next.run();
    }
  }

  /** Says that all bytes have arrived. Repeated ends do nothing. */
  public void complete() {
    end(Receiver::complete);
  }

  /** Says that the caller has gone in the middle. Repeated ends do nothing. */
  public void truncated() {
    end(Receiver::truncated);
  }

  private void end(Consumer<Receiver> last) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      end = last;
    }
    pass();
  }

  // ------------------------------------------------------------------ to the worker

  @Override
  public void passTo(Receiver to) {
    synchronized (this) {
      if (receiver != null) {
        throw new IllegalStateException("A payload is passed on only once");
      }
      receiver = to;
    }
    pass();
  }

  /** Passes on what there is, on one thread at a time. */
  private void pass() {
    Consumer<Receiver> step;
    Receiver to;
    synchronized (this) {
      to = receiver;
      if (passing || to == null) {
        return;
      }
      passing = true;
    }
    while ((step = nextStep()) != null) {
      step.accept(to);
    }
  }

  private synchronized @Nullable Consumer<Receiver> nextStep() {
    Consumer<Receiver> step = null;
    if (readers > 0) {
      Payload piece = pieces.poll();
      if (piece != null) {
        step = to -> to.write(piece);
      } else {
        step = end;
        end = null;
      }
    }
    passing = step != null;
    return step;
  }

  private void taken(long bytes) {
    boolean more;
    synchronized (this) {
      waitingBytes -= bytes;
      more = paused && waitingBytes < window;
      paused &= !more;
    }
    if (more) {
      next.run();
    }
  }

  // ------------------------------------------------------------------ readers

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
    if (readers == 0) {
      throw new IllegalStateException("A payload that was dropped");
    }
    readers++;
  }

  @Override
  public void release() {
    List<Payload> left;
    synchronized (this) {
      readers--;
      if (readers < 0) {
        throw new IllegalStateException("A payload was released too often");
      }
      if (readers > 0) {
        return;
      }
      left = List.copyOf(pieces);
      pieces.clear();
      end = null;
    }
    left.forEach(Payload::release);
    whenDropped.run();
  }

  @Override
  public String toString() {
    return "Payload[arriving]";
  }

  /** Bytes on their way, which tell when they have been taken. */
  private final class Piece implements Payload {

    private final Payload bytes;
    private final long length;
    private int pieceReaders = 1;

    Piece(Payload bytes) {
      this.bytes = bytes;
      this.length = bytes.size();
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public List<ByteBuffer> buffers() {
      return bytes.buffers();
    }

    @Override
    public synchronized void acquire() {
      pieceReaders++;
    }

    @Override
    public void release() {
      synchronized (this) {
        pieceReaders--;
        if (pieceReaders > 0) {
          return;
        }
      }
      bytes.release();
      taken(length);
    }

    @Override
    public String toString() {
      return bytes.toString();
    }
  }
}
