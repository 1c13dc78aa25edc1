package dev.rapid.fnfdk.http;

import dev.rapid.core.invocation.StreamedPayload;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A payload whose pieces the test gives. */
final class ArrivingPayload implements StreamedPayload {

  private final AtomicInteger readers = new AtomicInteger(1);
  private final CompletableFuture<Receiver> receiver = new CompletableFuture<>();

  @Override
  public void passTo(Receiver taking) {
    if (!receiver.complete(taking)) {
      throw new AssertionError("a second receiver");
    }
  }

  /** Waits for the receiver. */
  Receiver receiver() {
    return receiver.join();
  }

  int readers() {
    return readers.get();
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
  public void acquire() {
    readers.incrementAndGet();
  }

  @Override
  public void release() {
    if (readers.decrementAndGet() < 0) {
      throw new AssertionError("released too often");
    }
  }
}
