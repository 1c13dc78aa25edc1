package dev.rapid.http.request;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * Passes a body on to a {@link StreamingSink} while it comes, without copying it. The body is read
 * into few pieces, each of which is used again when the sink has released it: so the sink sets the
 * pace, and a body of any length takes the same memory.
 */
public final class BodyStream implements ResponseSource {

  /** What becomes of a body. Exactly one method is called, on the I/O thread. */
  public interface Listener {

    /**
     * No more is passed on, and the sink has released all pieces.
     *
     * @param bytes how many were passed on
     */
    void ended(ResponseEnd end, long bytes);

    /** There is no memory for the body now. The sink was not called. */
    void outOfMemory();

    /** The body broke off, or was malformed, before its first byte. The sink was not called. */
    void truncated();
  }

  private static final int PIECES = 2;
  private static final long RESERVED_BYTES = (long) PIECES * PayloadMemory.CHUNK_BYTES;

  /** After so many pieces others get their turn. */
  private static final int PIECES_AT_ONCE = 8;

  private final HttpServerExchange exchange;
  private final RequestConduit request;
  private final PayloadMemory memory;
  private final long maxBytes;
  private final ResponseHead head;
  private final StreamingSink sink;
  private final Listener listener;

  private final Queue<ByteBuffer> free = new ArrayDeque<>(PIECES);
  private int unreleased;
  private long passed;
  private boolean holdsMemory;
  private boolean begun;
  private boolean reading;
  private boolean waiting;
  private @Nullable ResponseEnd end;
  private boolean told;

  /**
   * Creates a stream.
   *
   * @param maxBytes one byte more than this is passed on at the most, {@link Invocation#UNLIMITED}
   *     for a body of any length
   */
  public BodyStream(
      HttpServerExchange exchange,
      PayloadMemory memory,
      long maxBytes,
      ResponseHead head,
      StreamingSink sink,
      Listener listener) {
    this.exchange = exchange;
    this.request = RequestConduit.of(exchange);
    this.memory = memory;
    this.maxBytes = maxBytes;
    this.head = head;
    this.sink = sink;
    this.listener = listener;
  }

  /** Begins to read the body of an exchange that is dispatched; to be called on its I/O thread. */
  public void start() {
    if (request.bodyEnded()) {
      end(ResponseEnd.COMPLETE);
      return;
    }
    if (!takeMemory()) {
      told = true;
      listener.outOfMemory();
      return;
    }
    holdsMemory = true;
    read();
  }

  private boolean takeMemory() {
    if (!memory.reserve(RESERVED_BYTES)) {
      return false;
    }
    for (int i = 0; i < PIECES; i++) {
      ByteBuffer piece = memory.takeChunk();
      if (piece == null) {
        giveBackMemory();
        return false;
      }
      free.add(piece);
    }
    return true;
  }

  private void giveBackMemory() {
    free.forEach(memory::giveBack);
    free.clear();
    memory.unreserve(RESERVED_BYTES);
  }

  /** The sink may release a piece, and so come back here, before it returns from taking it. */
  private void read() {
    if (reading || end != null) {
      return;
    }
    reading = true;
    try {
      readPieces();
    } finally {
      reading = false;
    }
  }

  private void readPieces() {
    for (int i = 0; i < PIECES_AT_ONCE && end == null; i++) {
      ByteBuffer piece = free.poll();
      if (piece == null) {
        request.suspendReads();
        return;
      }
      piece.clear();
      if (maxBytes != Invocation.UNLIMITED) {
        piece.limit((int) Math.min(piece.capacity(), maxBytes + 1 - passed));
      }
      int count = 1;
      ResponseEnd fault = null;
      try {
        while (count > 0 && piece.hasRemaining()) {
          count = request.readBody(piece);
        }
      } catch (ChunkFraming.OversizedTrailersException e) {
        fault = ResponseEnd.OVERSIZED;
      } catch (IOException e) {
        fault = ResponseEnd.TRUNCATED; // What came before is passed on all the same.
      }
      pass(piece.flip());
      if (end != null) {
        return; // The sink wants no more: to read on would wake this thread for nothing.
      }
      if (fault != null) {
        end(fault);
      } else if (passed > maxBytes) {
        request.suspendReads();
        end(ResponseEnd.OVERSIZED);
      } else if (count < 0 || request.bodyEnded()) {
        end(ResponseEnd.COMPLETE);
      } else if (count == 0) {
        waitForMore();
        return;
      }
    }
    if (end == null) {
      waitForMore();
    }
  }

  private void waitForMore() {
    if (waiting) {
      request.resumeReads();
    } else {
      waiting = true;
      request.awaitBody(this::read, () -> end(ResponseEnd.TRUNCATED));
    }
  }

  private void pass(ByteBuffer piece) {
    if (!piece.hasRemaining()) {
      free.add(piece);
      return;
    }
    passed += piece.remaining();
    unreleased++;
    begin();
    sink.write(new Piece(piece));
  }

  private void begin() {
    if (!begun) {
      begun = true;
      sink.begin(head, this);
    }
  }

  private void released(ByteBuffer piece) {
    unreleased--;
    free.add(piece);
    conclude();
    if (holdsMemory) {
      read();
    }
  }

  @Override
  public void cancel() {
    Answers.onIoThread(exchange, () -> end(ResponseEnd.TRUNCATED));
  }

  /** Closes the connection; nothing more is reported. Any thread. */
  public void abort() {
    IoUtils.safeClose(exchange.getConnection());
    cancel();
  }

  private void end(ResponseEnd how) {
    if (end != null || told) {
      return;
    }
    end = how;
    if (holdsMemory) {
      request.suspendReads();
    }
    if (how == ResponseEnd.COMPLETE) {
      begin();
    }
    conclude();
  }

  private void conclude() {
    ResponseEnd how = end;
    if (how == null || told || unreleased > 0) {
      return;
    }
    told = true;
    if (holdsMemory) {
      holdsMemory = false;
      giveBackMemory();
    }
    if (begun) {
      listener.ended(how, passed);
    } else {
      listener.truncated();
    }
  }

  private final class Piece implements Payload {

    private final ByteBuffer bytes;
    private final AtomicInteger readers = new AtomicInteger(1);

    Piece(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.remaining();
    }

    @Override
    public List<ByteBuffer> buffers() {
      return List.of(bytes.duplicate());
    }

    @Override
    public void acquire() {
      readers.incrementAndGet();
    }

    @Override
    public void release() {
      if (readers.decrementAndGet() == 0) {
        Answers.onIoThread(exchange, () -> released(bytes));
      }
    }

    @Override
    public String toString() {
      return "Piece[" + bytes.remaining() + " bytes]";
    }
  }
}
