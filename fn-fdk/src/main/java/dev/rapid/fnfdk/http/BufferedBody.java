package dev.rapid.fnfdk.http;

import dev.rapid.core.worker.Reply;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.function.Function;

/** A body that is kept until it is complete. */
final class BufferedBody implements AnswerBody {

  private final Call call;
  private final int limit;
  private final Function<byte[], Reply> reply;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean ended;

  /**
   * @param limit how many bytes it may have
   * @param reply makes the reply of the whole body
   */
  BufferedBody(Call call, int limit, Function<byte[], Reply> reply) {
    this.call = call;
    this.limit = limit;
    this.reply = reply;
  }

  @Override
  public void add(ByteBuf bytes) {
    long size = (long) kept.size() + bytes.readableBytes();
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.readBytes(copy).release();
    if (ended) {
      return;
    }
    if (size > limit) {
      call.leave();
      end(new Reply.TooLarge(size));
    } else {
      kept.writeBytes(copy);
    }
  }

  @Override
  public void complete() {
    end(ended ? new Reply.Truncated(false) : reply.apply(kept.toByteArray()));
  }

  @Override
  public void brokeOff() {
    end(new Reply.Truncated(true));
  }

  @Override
  public void abort() {
    end(new Reply.Truncated(false));
  }

  private void end(Reply how) {
    if (!ended) {
      ended = true;
      kept.reset();
      call.ended(how);
    }
  }

  @Override
  public boolean wantsMore() {
    return !ended;
  }
}
