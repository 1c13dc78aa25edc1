package dev.rapid.lambda.event;

import dev.rapid.core.invocation.Payload;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The rest of a payload whose beginning was read.
 *
 * @param whole is released with it
 */
public record PayloadTail(Payload whole, ByteBuffer rest) implements Payload {

  @Override
  public long size() {
    return rest.remaining();
  }

  @Override
  public List<ByteBuffer> buffers() {
    return List.of(rest.duplicate());
  }

  @Override
  public void acquire() {
    whole.acquire();
  }

  @Override
  public void release() {
    whole.release();
  }
}
