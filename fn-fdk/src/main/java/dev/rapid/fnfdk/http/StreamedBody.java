package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.worker.Reply;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A body that is passed on while it comes; its caller sets the pace. */
final class StreamedBody implements AnswerBody, ResponseSource {

  /** No more is read from the worker while the caller has so many bytes that it has not taken. */
  private static final int MOST_UNRELEASED_BYTES = 131_072;

  private final WorkerLink link;
  private final Call call;
  private final ResponseHead head;
  private final StreamingSink sink;
  private final long maxBytes;

  private boolean begun;
  private long passed;
  private long unreleased;
  private @Nullable ResponseEnd end;
  private boolean told;

  /**
   * @param maxBytes one byte more than this is passed on at the most
   */
  StreamedBody(WorkerLink link, Call call, ResponseHead head, StreamingSink sink, long maxBytes) {
    this.link = link;
    this.call = call;
    this.head = head;
    this.sink = sink;
    this.maxBytes = maxBytes;
  }

  @Override
  public void add(ByteBuf bytes) {
    if (end != null || !bytes.isReadable()) {
      bytes.release();
      return;
    }
    if (maxBytes != Invocation.UNLIMITED && bytes.readableBytes() > maxBytes + 1 - passed) {
      bytes.writerIndex(bytes.readerIndex() + (int) (maxBytes + 1 - passed));
    }
    int length = bytes.readableBytes();
    passed += length;
    unreleased += length;
    begin();
    sink.write(new Piece(bytes, length));
    if (passed > maxBytes) {
      stop(ResponseEnd.OVERSIZED);
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      sink.begin(head, this);
    }
  }

  @Override
  public void complete() {
    if (end == null) {
      end = ResponseEnd.COMPLETE;
      begin();
      conclude();
    }
  }

  @Override
  public void brokeOff() {
    if (end == null) {
      end = ResponseEnd.TRUNCATED;
      conclude();
    }
  }

  @Override
  public void abort() {
    stop(ResponseEnd.TRUNCATED);
  }

  @Override
  public void cancel() {
    link.run(() -> stop(ResponseEnd.TRUNCATED));
  }

  private void stop(ResponseEnd how) {
    if (end == null) {
      end = how;
      call.leave();
      conclude();
    }
  }

  @Override
  public boolean wantsMore() {
    return end == null && unreleased < MOST_UNRELEASED_BYTES;
  }

  private void released(int length) {
    boolean full = !wantsMore();
    unreleased -= length;
    conclude();
    if (full && wantsMore()) {
      call.read();
    }
  }

  private void conclude() {
    ResponseEnd how = end;
    if (how != null && unreleased == 0 && !told) {
      told = true;
      call.ended(begun ? new Reply.Streamed(how, passed, null, null) : new Reply.Truncated(true));
    }
  }

  private final class Piece implements Payload {

    private final ByteBuf bytes;
    private final int length;
    private final AtomicInteger readers = new AtomicInteger(1);

    Piece(ByteBuf bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }

    @Override
    public long size() {
      return length;
    }

    @Override
    public List<ByteBuffer> buffers() {
      return List.of(bytes.nioBuffers());
    }

    @Override
    public void acquire() {
      readers.incrementAndGet();
    }

    @Override
    public void release() {
      if (readers.decrementAndGet() == 0) {
        link.run(() -> {
          bytes.release();
          released(length);
        });
      }
    }

    @Override
    public String toString() {
      return "Piece[" + length + " bytes]";
    }
  }
}
