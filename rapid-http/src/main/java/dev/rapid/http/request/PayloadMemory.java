package dev.rapid.http.request;

import dev.rapid.core.invocation.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The memory for bodies: a pool of direct chunks, and a budget that all bodies share.
 *
 * <p>Chunks are direct, because a large heap buffer is copied anew for each partial write; and of
 * moderate size, so that a body of any length is made of the same pieces.
 */
public final class PayloadMemory {

  /** The size of a chunk in bytes. */
  static final int CHUNK_BYTES = 128 * 1024;

  /** Bodies up to this size are kept in the heap. */
  static final int SMALL_BYTES = 16 * 1024;

  /** How much memory an idle process keeps: enough for two bodies of the largest size. */
  private static final int MAX_IDLE_CHUNKS = 2 * (6 * 1024 * 1024 / CHUNK_BYTES + 1);

  private final long budget;
  private final AtomicLong used;
  private final Queue<ByteBuffer> idle;
  private final AtomicInteger idleCount;

  PayloadMemory(long budget) {
    this(budget, new AtomicLong(), new ConcurrentLinkedQueue<>(), new AtomicInteger());
  }

  private PayloadMemory(
      long budget, AtomicLong used, Queue<ByteBuffer> idle, AtomicInteger idleCount) {
    this.budget = budget;
    this.used = used;
    this.idle = idle;
    this.idleCount = idleCount;
  }

  /**
   * Returns the same memory without a budget, for bodies whose number is bounded otherwise. They
   * count against the budget of the others.
   */
  public PayloadMemory withoutBudget() {
    return new PayloadMemory(Long.MAX_VALUE, used, idle, idleCount);
  }

  /** Returns how many bytes bodies occupy now. */
  public long usedBytes() {
    return used.get();
  }

  boolean reserve(long bytes) {
    if (used.addAndGet(bytes) <= budget) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void unreserve(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Returns an empty chunk, null if the Java virtual machine has no memory for one. */
  @Nullable ByteBuffer takeChunk() {
    ByteBuffer chunk = idle.poll();
    if (chunk == null) {
      try {
        return ByteBuffer.allocateDirect(CHUNK_BYTES);
      } catch (OutOfMemoryError e) {
        return null;
      }
    }
    idleCount.decrementAndGet();
    return chunk.clear();
  }

  void giveBack(ByteBuffer chunk) {
    if (idleCount.get() < MAX_IDLE_CHUNKS) {
      idleCount.incrementAndGet();
      idle.add(chunk);
    }
  }

  /** A payload of chunks, each flipped for reading. */
  Payload payloadOf(List<ByteBuffer> chunks, long size, long reserved) {
    return new ChunkedPayload(chunks, size, reserved);
  }

  private final class ChunkedPayload implements Payload {

    private final List<ByteBuffer> chunks;
    private final long size;
    private final long reserved;
    private final AtomicInteger readers = new AtomicInteger(1);

    ChunkedPayload(List<ByteBuffer> chunks, long size, long reserved) {
      this.chunks = chunks;
      this.size = size;
      this.reserved = reserved;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public List<ByteBuffer> buffers() {
      List<ByteBuffer> views = new ArrayList<>(chunks.size());
      for (ByteBuffer chunk : chunks) {
        views.add(chunk.duplicate());
      }
      return views;
    }

    @Override
    public void acquire() {
      readers.incrementAndGet();
    }

    @Override
    public void release() {
      if (readers.decrementAndGet() == 0) {
        chunks.forEach(PayloadMemory.this::giveBack);
        unreserve(reserved);
      }
    }

    @Override
    public String toString() {
      return "Payload[" + size + " bytes]";
    }
  }
}
