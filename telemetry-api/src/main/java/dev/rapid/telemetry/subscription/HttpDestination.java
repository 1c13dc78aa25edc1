package dev.rapid.telemetry.subscription;

import dev.rapid.core.time.Alarm;
import dev.rapid.http.Answers;
import io.undertow.client.ClientCallback;
import io.undertow.client.ClientConnection;
import io.undertow.client.ClientExchange;
import io.undertow.client.ClientRequest;
import io.undertow.client.UndertowClient;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Sends each batch as the body of one request, over a connection that is kept (telemetry contract,
 * section 4.4). Redirects are not followed; what the subscriber answers beyond its status is not
 * looked at.
 */
final class HttpDestination implements Destination {

  private static final Logger LOG = System.getLogger(HttpDestination.class.getName());

  private static final HttpString SEQUENCE_ID = new HttpString("Sequence-Id");
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TOTAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How much of an answer is read for the sake of the connection. */
  private static final int LONGEST_ANSWER = 64 * 1024;

  private static final int FIRST_ERROR = 400;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_ERROR = 500;

  private final Target.Http target;
  private final URI address;
  private final DeliveryThread thread;
  private final Delivery delivery;
  private final Alarm tooLate;

  private @Nullable ClientConnection connection;
  private @Nullable Attempt attempt;
  private boolean closed;

  HttpDestination(Target.Http target, DeliveryThread thread, Delivery delivery) {
    this.target = target;
    this.address = URI.create("http://127.0.0.1:" + target.port());
    this.thread = thread;
    this.delivery = delivery;
    this.tooLate =
        new Alarm(
            delivery.timers(),
            delivery.clock(),
            () -> delivery.thread().execute(this::giveUpLateAttempt));
  }

  @Override
  public Framing framing() {
    return Framing.ARRAY;
  }

  @Override
  public void send(Batch batch, Outcome outcome) {
    Attempt next = new Attempt(batch, outcome);
    attempt = next;
    next.begin();
  }

  @Override
  public void close() {
    closed = true;
    attempt = null;
    tooLate.clear();
    disconnect();
  }

  private void disconnect() {
    IoUtils.safeClose(connection);
    connection = null;
  }

  private void giveUpLateAttempt() {
    Attempt late = attempt;
    if (late != null && late.isTooLate()) {
      late.failed("no answer in time");
    }
  }

  /** One request. It is over when {@link #attempt} is no longer this one. */
  private final class Attempt {

    private final Outcome outcome;
    private final ByteBuffer[] body;
    private final long length;
    private final String sequenceId;
    private final long startNanos = delivery.clock().nanoTime();
    private boolean reused;
    private long deadlineNanos;
    private boolean written;
    private int status;
    private int answerBytes;

    Attempt(Batch batch, Outcome outcome) {
      this.outcome = outcome;
      this.body = batch.body();
      this.length = remaining(body);
      this.sequenceId = digest(body);
    }

    boolean isOver() {
      return attempt != this;
    }

    boolean isTooLate() {
      return delivery.clock().nanoTime() - deadlineNanos >= 0;
    }

    private void giveUpAt(long nanos) {
      deadlineNanos = nanos;
      tooLate.set(nanos);
    }

    void begin() {
      ClientConnection kept = connection;
      if (kept != null && kept.isOpen()) {
        reused = true;
        request(kept);
      } else {
        connect();
      }
    }

    private void connect() {
      disconnect();
      reused = false;
      giveUpAt(delivery.clock().nanoTime() + CONNECT_NANOS);
      try {
        UndertowClient.getInstance()
            .connect(
                new ClientCallback<ClientConnection>() {
                  @Override
                  public void completed(ClientConnection made) {
                    if (isOver() || closed) {
                      IoUtils.safeClose(made);
                    } else {
                      connection = made;
                      request(made);
                    }
                  }

                  @Override
                  public void failed(IOException e) {
                    Attempt.this.failed(e.toString());
                  }
                },
                address,
                thread.ioThread(),
                thread.buffers(),
                OptionMap.EMPTY);
      } catch (IOException e) {
        failed(e.toString());
      }
    }

    private void request(ClientConnection over) {
      giveUpAt(startNanos + TOTAL_NANOS);
      ClientRequest request =
          new ClientRequest()
              .setMethod(new HttpString(target.method()))
              .setPath(target.path())
              .setProtocol(Protocols.HTTP_1_1);
      HeaderMap headers = request.getRequestHeaders();
      headers.put(Headers.HOST, target.host());
      headers.put(Headers.CONTENT_TYPE, Answers.JSON);
      headers.put(Headers.CONTENT_LENGTH, Long.toString(length));
      headers.put(SEQUENCE_ID, sequenceId);
      over.sendRequest(
          request,
          new ClientCallback<ClientExchange>() {
            @Override
            public void completed(ClientExchange exchange) {
              exchange.setResponseListener(
                  new ClientCallback<ClientExchange>() {
                    @Override
                    public void completed(ClientExchange answered) {
                      answer(answered);
                    }

                    @Override
                    public void failed(IOException e) {
                      broken(e);
                    }
                  });
              StreamSinkChannel channel = exchange.getRequestChannel();
              channel.getWriteSetter().set(Attempt.this::write);
              write(channel);
            }

            @Override
            public void failed(IOException e) {
              broken(e);
            }
          });
    }

    private void write(StreamSinkChannel channel) {
      if (isOver() || written) {
        return;
      }
      try {
        while (remaining(body) > 0) {
          if (channel.write(body) == 0) {
            channel.resumeWrites();
            return;
          }
        }
        channel.shutdownWrites();
        if (channel.flush()) {
          written = true;
          channel.suspendWrites();
        } else {
          channel.resumeWrites();
        }
      } catch (IOException e) {
        broken(e);
      }
    }

    private void answer(ClientExchange exchange) {
      if (isOver()) {
        return;
      }
      status = exchange.getResponse().getResponseCode();
      StreamSourceChannel channel = exchange.getResponseChannel();
      channel.getReadSetter().set(this::discard);
      discard(channel);
    }

    /** Reads the rest of the answer; without it the connection can be used once more. */
    private void discard(StreamSourceChannel channel) {
      if (isOver()) {
        return;
      }
      try (PooledByteBuffer pooled = thread.buffers().allocate()) {
        while (true) {
          pooled.getBuffer().clear();
          int count = channel.read(pooled.getBuffer());
          if (count == 0) {
            channel.resumeReads();
            return;
          }
          if (count < 0) {
            channel.suspendReads();
            answered(written);
            return;
          }
          answerBytes += count;
          if (answerBytes > LONGEST_ANSWER) {
            answered(false);
            return;
          }
        }
      } catch (IOException e) {
        answered(false);
      }
    }

    private void answered(boolean keepConnection) {
      if (!keepConnection) {
        disconnect();
      }
      end();
      if (status < FIRST_ERROR) {
        outcome.delivered();
      } else if (status >= FIRST_SERVER_ERROR || status == TOO_MANY_REQUESTS) {
        LOG.log(Level.DEBUG, "A subscriber at {0} answered {1}", address, status);
        outcome.failed();
      } else {
        LOG.log(Level.DEBUG, "A subscriber at {0} answered {1}", address, status);
        outcome.refused(status);
      }
    }

    /** A connection that was kept may just have been closed by the subscriber. */
    private void broken(IOException e) {
      if (isOver()) {
        return;
      }
      if (reused && status == 0) {
        for (ByteBuffer buffer : body) {
          buffer.rewind();
        }
        written = false;
        connect();
      } else {
        failed(e.toString());
      }
    }

    private void failed(String reason) {
      if (isOver()) {
        return;
      }
      disconnect();
      end();
      if (status != 0 && status < FIRST_ERROR) {
        outcome.delivered();
        return;
      }
      LOG.log(Level.DEBUG, "No delivery to a subscriber at {0}: {1}", address, reason);
      outcome.failed();
    }

    private void end() {
      attempt = null;
      tooLate.clear();
    }
  }

  private static long remaining(ByteBuffer[] buffers) {
    long remaining = 0;
    for (ByteBuffer buffer : buffers) {
      remaining += buffer.remaining();
    }
    return remaining;
  }

  private static String digest(ByteBuffer[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (ByteBuffer buffer : body) {
        digest.update(buffer.duplicate());
      }
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
