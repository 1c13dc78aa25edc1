package dev.rapid.telemetry.delivery;

import dev.rapid.core.time.Alarm;
import dev.rapid.http.answer.Answers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Sends each batch as the body of one request, over a connection that is kept (contract
 * runtime-extensions-telemetry, section 4.4). Redirects are not followed.
 *
 * <p>It has an HTTP client of its own: Undertow's client sometimes closed a kept connection when
 * the answer came before the end of the request, so that batches came twice.
 */
public final class HttpDestination implements Destination {

  private static final Logger LOG = System.getLogger(HttpDestination.class.getName());

  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TOTAL_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int READ_AT_ONCE = 1024;
  private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true);

  private static final int FIRST_ERROR = 400;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_ERROR = 500;

  private final Target.Http target;
  private final InetSocketAddress address;
  private final DeliveryThread thread;
  private final Delivery delivery;
  private final Alarm tooLate;

  private @Nullable StreamConnection kept;
  private @Nullable Attempt attempt;
  private boolean closed;

  /** Creates a destination that is not connected. */
  public HttpDestination(Target.Http target, DeliveryThread thread, Delivery delivery) {
    this.target = target;
    this.address = Loopback.port(target.port());
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
    Attempt next = new Attempt(request(batch), outcome);
    attempt = next;
    next.begin();
  }

  @Override
  public String toString() {
    return "http://127.0.0.1:" + address.getPort();
  }

  @Override
  public void close() {
    closed = true;
    Attempt last = attempt;
    attempt = null;
    tooLate.clear();
    if (last != null) {
      IoUtils.safeClose(last.connection);
    }
    IoUtils.safeClose(kept);
    kept = null;
  }

  private void giveUpLateAttempt() {
    Attempt late = attempt;
    if (late != null && late.isTooLate()) {
      late.failed("no answer in time");
    }
  }

  private ByteBuffer[] request(Batch batch) {
    ByteBuffer[] body = batch.body();
    String head =
        target.method()
            + " "
            + target.path()
            + " HTTP/1.1\r\nHost: "
            + target.host()
            + "\r\nContent-Type: "
            + Answers.JSON
            + "\r\nContent-Length: "
            + remaining(body)
            + "\r\nSequence-Id: "
            + digest(body)
            + "\r\n\r\n";
    ByteBuffer[] request = new ByteBuffer[body.length + 1];
    request[0] = ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1));
    System.arraycopy(body, 0, request, 1, body.length);
    return request;
  }

  /** One request. It is over when {@link #attempt} is no longer this one. */
  private final class Attempt {

    private final Outcome outcome;
    private final ByteBuffer[] request;
    private final long startNanos = delivery.clock().nanoTime();
    private @Nullable StreamConnection connection;
    private HttpAnswer answer = new HttpAnswer();
    private boolean reused;
    private boolean answering;
    private long deadlineNanos;

    Attempt(ByteBuffer[] request, Outcome outcome) {
      this.request = request;
      this.outcome = outcome;
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
      StreamConnection idle = kept;
      kept = null;
      if (idle != null && idle.isOpen()) {
        reused = true;
        over(idle);
      } else {
        connect();
      }
    }

    private void connect() {
      reused = false;
      giveUpAt(delivery.clock().nanoTime() + CONNECT_NANOS);
      try {
        thread
            .ioThread()
            .openStreamConnection(address, null, OPTIONS)
            .addNotifier((done, none) -> delivery.thread().execute(() -> connected(done)), null);
      } catch (IOException e) {
        failed(e.toString());
      }
    }

    private void connected(IoFuture<? extends StreamConnection> future) {
      StreamConnection made;
      try {
        made = future.get();
      } catch (IOException e) {
        failed(e.toString());
        return;
      }
      if (isOver() || closed) {
        IoUtils.safeClose(made);
      } else {
        over(made);
      }
    }

    private void over(StreamConnection used) {
      giveUpAt(startNanos + TOTAL_NANOS);
      connection = used;
      used.getSinkChannel().setWriteListener(this::write);
      used.getSourceChannel().setReadListener(this::read);
      used.getSourceChannel().resumeReads();
      write(used.getSinkChannel());
    }

    private void write(StreamSinkChannel channel) {
      if (isOver()) {
        channel.suspendWrites();
        return;
      }
      try {
        while (remaining(request) > 0) {
          if (channel.write(request) == 0) {
            channel.resumeWrites();
            return;
          }
        }
        channel.suspendWrites();
      } catch (IOException e) {
        broken(e);
      }
    }

    private void read(StreamSourceChannel channel) {
      if (isOver()) {
        channel.suspendReads();
        return;
      }
      ByteBuffer bytes = ByteBuffer.allocate(READ_AT_ONCE);
      try {
        while (!answer.isComplete()) {
          int count = channel.read(bytes.clear());
          if (count == 0) {
            return;
          }
          if (count < 0) {
            throw new IOException("the subscriber has closed the connection");
          }
          answering = true;
          answer.add(bytes.flip());
        }
      } catch (IOException e) {
        broken(e);
        return;
      }
      channel.suspendReads();
      answered();
    }

    private void answered() {
      StreamConnection used = connection;
      int status = answer.status();
      end();
      if (used != null && answer.keepsConnection() && remaining(request) == 0) {
        kept = used;
      } else {
        IoUtils.safeClose(used);
      }
      if (status < FIRST_ERROR) {
        outcome.delivered();
        return;
      }
      LOG.log(Level.DEBUG, "A subscriber at {0} answered {1}", address, status);
      if (status >= FIRST_SERVER_ERROR || status == TOO_MANY_REQUESTS) {
        outcome.failed();
      } else {
        outcome.refused(status);
      }
    }

    /** A connection that was kept may just have been closed by the subscriber. */
    private void broken(IOException e) {
      if (isOver()) {
        return;
      }
      if (answer.status() != 0) {
        // Only the rest of its body is missing.
        IoUtils.safeClose(connection);
        answered();
      } else if (reused && !answering) {
        IoUtils.safeClose(connection);
        connection = null;
        answer = new HttpAnswer();
        for (ByteBuffer buffer : request) {
          buffer.rewind();
        }
        connect();
      } else {
        failed(e.toString());
      }
    }

    private void failed(String reason) {
      if (isOver()) {
        return;
      }
      LOG.log(Level.DEBUG, "No delivery to a subscriber at {0}: {1}", address, reason);
      end();
      IoUtils.safeClose(connection);
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
