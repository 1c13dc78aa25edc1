package dev.rapid.http.request;

import dev.rapid.core.invocation.Payload;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole body without blocking and without copying it twice.
 *
 * <p>It reads from the connection into the memory where the body stays. A body over the limit is
 * never kept: its memory is released, and the rest is read into one buffer and discarded. A body
 * whose announced length is above the discard limit is not read at all.
 */
public final class BodyReader {

  /** Receives the result. Exactly one method is called, on the I/O thread. */
  public interface Receiver {

    /** The body is complete; the receiver owns the payload. */
    void complete(Payload payload);

    /**
     * The body or its trailers are over the limit. The rest was read and discarded, unless the
     * client waits for 100 or announces more than the discard limit.
     *
     * @param bytes how many bytes were read or announced
     */
    void tooLarge(long bytes);

    /** There is no memory for the body now. Nothing was kept. */
    void outOfMemory();

    /**
     * The connection ended before the body did, or its framing is malformed. The client may still
     * read an answer.
     */
    void truncated();
  }

  private final RequestConduit request;
  private final PayloadMemory memory;
  private final long limit;
  private final long discardLimit;
  private final Receiver receiver;

  private final List<ByteBuffer> full = new ArrayList<>();
  private @Nullable ByteBuffer current;
  private long read;
  private long reserved;
  private boolean chunked;
  private boolean waiting;
  private boolean done;

  private BodyReader(
      HttpServerExchange exchange,
      PayloadMemory memory,
      long limit,
      long discardLimit,
      Receiver receiver) {
    this.request = RequestConduit.of(exchange);
    this.memory = memory;
    this.limit = limit;
    this.discardLimit = discardLimit;
    this.receiver = receiver;
  }

  /**
   * Reads the body of {@code exchange}, which must be dispatched; to be called on its I/O thread.
   *
   * @param limit how many bytes the body may have
   * @param discardLimit how many bytes of a body over the limit are read at the most
   */
  public static void read(
      HttpServerExchange exchange,
      PayloadMemory memory,
      long limit,
      long discardLimit,
      Receiver receiver) {
    new BodyReader(exchange, memory, limit, discardLimit, receiver).begin();
  }

  private void begin() {
    if (request.bodyEnded()) {
      receiver.complete(Payload.EMPTY);
      return;
    }
    long announced = request.bodyLength();
    if (announced > limit && (announced > discardLimit || request.isContinueDue())) {
      receiver.tooLarge(announced);
      return;
    }
    boolean small = announced >= 0 && announced <= PayloadMemory.SMALL_BYTES && announced <= limit;
    if (!reserve(small ? announced : wholeChunks(Math.min(announced, limit)))) {
      receiver.outOfMemory();
      return;
    }
    if (small) {
      current = ByteBuffer.allocate((int) announced + 1);
    } else {
      chunked = true;
      current = memory.takeChunk();
      if (current == null) {
        outOfMemory();
        return;
      }
    }
    readAll();
  }

  private void readAll() {
    try {
      while (true) {
        ByteBuffer into = roomFor();
        if (into == null) {
          outOfMemory();
          return;
        }
        int count = request.readBody(into);
        if (count == 0) {
          waitForMore();
          return;
        }
        if (count < 0) {
          request.suspendReads();
          end();
          return;
        }
        read += count;
        if (read > limit) {
          giveBackFull();
          into.clear();
          if (read >= discardLimit) {
            request.suspendReads();
            end();
            return;
          }
        }
      }
    } catch (ChunkFraming.OversizedTrailersException e) {
      request.suspendReads();
      done = true;
      forget();
      receiver.tooLarge(read);
    } catch (IOException e) {
      request.suspendReads();
      truncated();
    }
  }

  private void waitForMore() {
    if (waiting) {
      request.resumeReads();
    } else {
      waiting = true;
      request.awaitBody(this::readAll, this::truncated);
    }
  }

  private @Nullable ByteBuffer roomFor() {
    ByteBuffer into = current;
    if (into != null && into.hasRemaining()) {
      return into;
    }
    if (into != null) {
      full.add(into.flip());
      current = null;
    }
    if (read + PayloadMemory.CHUNK_BYTES > reserved && read <= limit && !announcedCovers()) {
      if (!reserve(PayloadMemory.CHUNK_BYTES)) {
        return null;
      }
    }
    ByteBuffer next = memory.takeChunk();
    current = next;
    return next;
  }

  /** What a body really takes; of an unknown size (-1), its first chunk. */
  private static long wholeChunks(long bytes) {
    long chunks = (bytes + PayloadMemory.CHUNK_BYTES - 1) / PayloadMemory.CHUNK_BYTES;
    return Math.max(1, chunks) * PayloadMemory.CHUNK_BYTES;
  }

  private boolean announcedCovers() {
    return request.bodyLength() >= 0;
  }

  private boolean reserve(long bytes) {
    if (!memory.reserve(bytes)) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  private void outOfMemory() {
    done = true;
    forget();
    receiver.outOfMemory();
  }

  private void truncated() {
    if (!done) {
      done = true;
      forget();
      receiver.truncated();
    }
  }

  private void end() {
    done = true;
    if (read > limit) {
      long total = read;
      forget();
      receiver.tooLarge(total);
      return;
    }
    if (read == 0) {
      forget();
      receiver.complete(Payload.EMPTY);
      return;
    }
    ByteBuffer last = current;
    current = null;
    if (!chunked && last != null) {
      memory.unreserve(reserved);
      byte[] bytes = new byte[last.flip().remaining()];
      last.get(bytes);
      receiver.complete(Payload.of(bytes));
      return;
    }
    if (last != null) {
      if (last.position() == 0) {
        memory.giveBack(last);
      } else {
        full.add(last.flip());
      }
    }
    receiver.complete(memory.payloadOf(List.copyOf(full), read, reserved));
  }

  private void forget() {
    giveBackFull();
    if (chunked && current != null) {
      memory.giveBack(current);
    }
    current = null;
  }

  private void giveBackFull() {
    if (chunked) {
      full.forEach(memory::giveBack);
    }
    full.clear();
    memory.unreserve(reserved);
    reserved = 0;
  }
}
