package dev.rapid.http.request;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamedPayload;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.http.answer.Answers;
import io.undertow.server.HttpServerExchange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as a payload that its worker gets while it arrives. Nothing of it is read
 * before the worker wants it, and then only as fast as the worker takes it.
 */
public final class StreamedBody implements StreamedPayload {

  /** Learns on the I/O thread how the body ended, before its worker does. */
  @FunctionalInterface
  public interface Listener {

    /**
     * The body has ended.
     *
     * @param complete false if the client has gone in the middle of it
     */
    void ended(boolean complete);
  }

  private static final ResponseHead NO_HEAD = new ResponseHead(null, true);

  private final HttpServerExchange exchange;
  private final PayloadMemory memory;
  private final Listener listener;
  private final AtomicInteger readers = new AtomicInteger(1);

  // Both on the I/O thread.
  private @Nullable BodyStream stream;
  private boolean stopped;

  /** Creates the payload of an exchange that is dispatched. */
  public StreamedBody(HttpServerExchange exchange, PayloadMemory memory, Listener listener) {
    this.exchange = exchange;
    this.memory = memory;
    this.listener = listener;
  }

  /** Returns whether nothing of the body is left on the connection. On the I/O thread. */
  public boolean hasEnded() {
    return RequestConduit.of(exchange).bodyEnded();
  }

  /** Reads no more, because the exchange ends; the worker gets no more. On the I/O thread. */
  public void stop() {
    stopped = true;
    BodyStream reading = stream;
    if (reading != null) {
      reading.cancel();
    }
  }

  @Override
  public void passTo(Receiver receiver) {
    Answers.onIoThread(
        exchange,
        () -> {
          if (!stopped) {
            BodyStream reading =
                new BodyStream(
                    exchange,
                    memory,
                    Invocation.UNLIMITED,
                    NO_HEAD,
                    new Pieces(receiver),
                    new End(receiver));
            stream = reading;
            reading.start();
          }
        });
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
    if (readers.decrementAndGet() == 0) {
      Answers.onIoThread(exchange, this::stop);
    }
  }

  @Override
  public String toString() {
    return "Payload[arriving]";
  }

  private final class Pieces implements StreamingSink {

    private final Receiver receiver;

    Pieces(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void begin(ResponseHead head, ResponseSource source) {}

    @Override
    public void write(Payload bytes) {
      if (stopped) {
        bytes.release();
      } else {
        receiver.write(bytes);
      }
    }

    @Override
    public void complete(Outcome outcome) {
      throw new IllegalStateException("A body has no outcome");
    }
  }

  private final class End implements BodyStream.Listener {

    private final Receiver receiver;

    End(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void ended(ResponseEnd end, long bytes) {
      ended(end == ResponseEnd.COMPLETE);
    }

    @Override
    public void outOfMemory() {
      ended(false);
    }

    @Override
    public void truncated() {
      ended(false);
    }

    private void ended(boolean complete) {
      if (stopped) {
        return;
      }
      listener.ended(complete);
      if (complete) {
        receiver.complete();
      } else {
        receiver.truncated();
      }
    }
  }
}
