package dev.rapid.telemetry.delivery;

import dev.rapid.core.time.Alarm;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;

/**
 * Writes records line by line to one connection (contract runtime-extensions-telemetry, section
 * 4.4). They are not acknowledged: bytes that the system has taken count as delivered. When the
 * connection ends, the next one goes on with the first incomplete record.
 *
 * <p>There is no time limit for a subscriber that does not read; its queue fills meanwhile.
 */
public final class TcpDestination implements Destination {

  private static final Logger LOG = System.getLogger(TcpDestination.class.getName());

  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int DISCARDED_AT_ONCE = 1024;
  private static final OptionMap OPTIONS = OptionMap.create(Options.TCP_NODELAY, true);

  private final InetSocketAddress address;
  private final DeliveryThread thread;
  private final Delivery delivery;
  private final Alarm tooLate;

  private @Nullable Connecting connecting;
  private @Nullable StreamConnection connection;
  private @Nullable Batch batch;
  private ByteBuffer[] body = {};
  private @Nullable Outcome outcome;
  private boolean closed;

  /** Creates a destination that is not connected. */
  public TcpDestination(Target.Tcp target, DeliveryThread thread, Delivery delivery) {
    this.address = Loopback.port(target.port());
    this.thread = thread;
    this.delivery = delivery;
    this.tooLate =
        new Alarm(
            delivery.timers(), delivery.clock(), () -> delivery.thread().execute(this::giveUp));
  }

  /**
   * Connects for the first time; to be called on the thread that delivers.
   *
   * @param connected gets the result, on that thread and once
   */
  public void connect(Consumer<Boolean> connected) {
    Connecting next = new Connecting(connected);
    connecting = next;
    tooLate.set(delivery.clock().nanoTime() + CONNECT_NANOS);
    try {
      IoFuture<StreamConnection> future =
          thread.ioThread().openStreamConnection(address, null, OPTIONS);
      future.addNotifier((done, none) -> delivery.thread().execute(() -> next.done(done)), null);
    } catch (IOException e) {
      next.failed(e);
    }
  }

  private void giveUp() {
    Connecting late = connecting;
    if (late != null) {
      late.failed(new IOException("no connection in time"));
    }
  }

  /** An attempt to connect. It is over when {@link #connecting} is no longer this one. */
  private final class Connecting {

    private final Consumer<Boolean> connected;

    Connecting(Consumer<Boolean> connected) {
      this.connected = connected;
    }

    private void done(IoFuture<? extends StreamConnection> future) {
      StreamConnection made;
      try {
        made = future.get();
      } catch (IOException e) {
        failed(e);
        return;
      }
      if (connecting != this || closed) {
        IoUtils.safeClose(made);
        return;
      }
      over();
      connection = made;
      made.getSinkChannel().setWriteListener(channel -> write());
      made.getSourceChannel().setReadListener(channel -> discard(made, channel));
      made.getSourceChannel().resumeReads();
      connected.accept(true);
    }

    private void failed(IOException e) {
      if (connecting == this) {
        LOG.log(Level.DEBUG, "No connection to a subscriber at {0}: {1}", address, e);
        over();
        connected.accept(false);
      }
    }

    private void over() {
      connecting = null;
      tooLate.clear();
    }
  }

  @Override
  public Framing framing() {
    return Framing.LINES;
  }

  @Override
  public void send(Batch next, Outcome told) {
    if (batch != next) {
      batch = next;
      body = next.body();
    }
    outcome = told;
    if (connection != null) {
      write();
      return;
    }
    connect(connected -> {
      if (connected) {
        write();
      } else {
        broken();
      }
    });
  }

  private void write() {
    StreamConnection over = connection;
    Outcome told = outcome;
    if (over == null || told == null) {
      return;
    }
    StreamSinkChannel channel = over.getSinkChannel();
    try {
      while (remaining() > 0) {
        if (channel.write(body) == 0) {
          channel.resumeWrites();
          return;
        }
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A subscriber at {0} has gone: {1}", address, e);
      disconnect();
      broken();
      return;
    }
    channel.suspendWrites();
    batch = null;
    body = new ByteBuffer[0];
    outcome = null;
    told.delivered();
  }

  private long remaining() {
    long remaining = 0;
    for (ByteBuffer buffer : body) {
      remaining += buffer.remaining();
    }
    return remaining;
  }

  /** Reads, because the end of the input shows that the subscriber has gone. */
  private void discard(StreamConnection from, StreamSourceChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(DISCARDED_AT_ONCE);
    try {
      int count = channel.read(buffer);
      while (count > 0) {
        buffer.clear();
        count = channel.read(buffer);
      }
      if (count == 0) {
        return;
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "A subscriber at {0} has gone: {1}", address, e);
    }
    IoUtils.safeClose(from);
    if (from.equals(connection)) {
      connection = null;
      broken();
    }
  }

  /** The next connection begins with a whole record. */
  private void broken() {
    rewindToRecord();
    Outcome told = outcome;
    outcome = null;
    if (told != null) {
      told.failed();
    }
  }

  private void rewindToRecord() {
    for (int i = body.length - 1; i >= 0; i--) {
      ByteBuffer buffer = body[i];
      while (buffer.position() > 0) {
        if (buffer.get(buffer.position() - 1) == '\n') {
          return;
        }
        buffer.position(buffer.position() - 1);
      }
    }
  }

  private void disconnect() {
    IoUtils.safeClose(connection);
    connection = null;
  }

  @Override
  public String toString() {
    return "tcp://127.0.0.1:" + address.getPort();
  }

  @Override
  public void close() {
    closed = true;
    connecting = null;
    outcome = null;
    tooLate.clear();
    disconnect();
  }
}
