package dev.rapid.core.testing.worker;

import dev.rapid.core.error.ErrorType;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.Sandbox;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.testing.Invocations;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.Reply;
import dev.rapid.core.worker.ReplyKind;
import dev.rapid.core.worker.WorkerCall;
import dev.rapid.core.worker.WorkerConnections;
import dev.rapid.core.worker.WorkerReply;
import dev.rapid.core.worker.WorkerSlot;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A worker protocol of length-prefixed frames over a bidirectional stream, for tests: it proves
 * that the core knows nothing of the Runtime API. A connection is one worker.
 *
 * <pre>
 * worker:  READY | RESPONSE id bytes | ERROR id type bytes | INIT_FAILED type bytes
 * sandbox: INVOKE id deadline bytes | ANSWER word
 * </pre>
 */
public final class FrameProtocol implements WorkerConnections, AutoCloseable {

  static final byte READY = 'R';
  static final byte RESPONSE = 'S';
  static final byte ERROR = 'E';
  static final byte INIT_FAILED = 'F';
  static final byte INVOKE = 'I';
  static final byte ANSWER = 'A';

  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  /** Serves the worker at the far end of two streams, until one of them ends. */
  public void serve(Sandbox served, InputStream in, OutputStream out) {
    Connection connection = new Connection(served, in, out);
    connections.add(connection);
    Thread.ofVirtual().start(connection::run);
  }

  /**
   * Serves a process whose only worker is at the far end of two streams. When they end, or have
   * something else than frames, the process cannot be used any more.
   *
   * @param generation of the process
   */
  void serveAlone(Sandbox served, int generation, InputStream in, OutputStream out) {
    Connection connection = new Connection(served, in, out);
    connection.alone = new Alone(generation);
    connections.add(connection);
    Thread.ofVirtual().start(connection::run);
  }

  /** Serves every worker that connects, until the socket is closed. */
  void serve(Sandbox served, ServerSocketChannel socket) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              SocketChannel channel = socket.accept();
              serve(served, Channels.newInputStream(channel), Channels.newOutputStream(channel));
            }
          } catch (IOException closed) {
            // The bench is closed.
          }
        });
  }

  @Override
  public void closeAll(Runnable closed) {
    connections.forEach(Connection::close);
    closed.run();
  }

  @Override
  public void close() {
    connections.forEach(Connection::close);
  }

  private record Alone(int generation) {}

  private static final class NoFrameException extends IOException {

    private static final long serialVersionUID = 1;

    NoFrameException(byte type) {
      super("Not a frame: " + type);
    }
  }

  private final class Connection {

    private @Nullable Alone alone;
    private final Sandbox worker;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Set<Slot> slots = ConcurrentHashMap.newKeySet();

    Connection(Sandbox served, InputStream in, OutputStream out) {
      this.worker = served;
      this.in = new DataInputStream(in);
      this.out = new DataOutputStream(out);
    }

    void run() {
      try {
        while (true) {
          read(in.readByte());
        }
      } catch (IOException ended) {
        close();
        connections.remove(this);
        slots.forEach(Slot::connectionEnded);
        if (alone != null) {
          boolean noFrame = ended instanceof NoFrameException;
          worker.post(
              new SandboxEvent.WorkerBroken(
                  alone.generation(),
                  ErrorType.RUNTIME_UNKNOWN,
                  noFrame ? String.valueOf(ended.getMessage()) : "The stream has ended",
                  !noFrame));
        }
      }
    }

    private void read(byte type) throws IOException {
      switch (type) {
        case READY -> {
          Slot slot = new Slot(this);
          slots.add(slot);
          worker.post(new SandboxEvent.WorkerReady(slot));
        }
        case RESPONSE -> receive(new IncomingReply(this, null), ReplyKind.RESPONSE, in.readUTF());
        case ERROR -> {
          String requestId = in.readUTF();
          receive(new IncomingReply(this, in.readUTF()), ReplyKind.ERROR, requestId);
        }
        case INIT_FAILED -> {
          String errorType = in.readUTF();
          Payload body = Payload.of(in.readNBytes(in.readInt()));
          worker.post(
              new SandboxEvent.InitFailed(
                  new InitFailure(this), new Reply.ReportedError(errorType, body, null, null)));
        }
        default -> throw new NoFrameException(type);
      }
    }

    /** The sandbox decides about the head first; then the body is read, in any case. */
    private void receive(IncomingReply reply, ReplyKind kind, String requestId) throws IOException {
      worker.post(new SandboxEvent.ReplyBegan(reply, kind, requestId));
      int length = in.readInt();
      byte[] body = in.readNBytes(length);
      reply.bodyRead(body, body.length < length);
      if (body.length < length) {
        throw new EOFException();
      }
    }

    void write(Frame frame) throws IOException {
      synchronized (out) {
        frame.write(out);
        out.flush();
      }
    }

    void answer(String word) {
      try {
        write(to -> {
          to.writeByte(ANSWER);
          to.writeUTF(word);
        });
      } catch (IOException gone) {
        close();
      }
    }

    void close() {
      try {
        out.close();
        in.close();
      } catch (IOException closedAlready) {
        // That is what was wanted.
      }
    }
  }

  @FunctionalInterface
  private interface Frame {
    void write(DataOutputStream out) throws IOException;
  }

  private abstract static class Call implements WorkerCall {

    final Connection connection;

    Call(Connection connection) {
      this.connection = connection;
    }

    @Override
    public void refuse(Refusal refusal) {
      connection.answer(refusal.getClass().getSimpleName());
    }
  }

  private static final class Slot extends Call implements WorkerSlot {

    private final String deliveryId = UUID.randomUUID().toString();
    private boolean delivered;

    Slot(Connection connection) {
      super(connection);
    }

    @Override
    public String deliveryId() {
      return deliveryId;
    }

    @Override
    public void deliver(Invocation invocation, long deadlineEpochMillis) {
      synchronized (this) {
        delivered = true;
      }
      try {
        connection.write(to -> {
          to.writeByte(INVOKE);
          to.writeUTF(invocation.requestId());
          to.writeLong(deadlineEpochMillis);
          byte[] payload = invocation.payload().toByteArray();
          to.writeInt(payload.length);
          to.write(payload);
        });
      } catch (IOException e) {
        connection.worker.post(new SandboxEvent.DeliveryFailed(this));
      }
    }

    synchronized void connectionEnded() {
      connection.worker.post(
          delivered ? new SandboxEvent.DeliveryLost(this) : new SandboxEvent.SlotWithdrawn(this));
    }
  }

  private static final class InitFailure extends Call implements InitFailureCall {

    InitFailure(Connection connection) {
      super(connection);
    }

    @Override
    public void accept() {
      connection.answer("accepted");
    }
  }

  /** A reply whose body is read by the connection, and wanted or not wanted by the sandbox. */
  private static final class IncomingReply extends Call implements WorkerReply {

    private final @Nullable String errorType;
    private @Nullable StreamingSink stream;
    private boolean wanted;
    private byte @Nullable [] body;
    private boolean truncated;

    IncomingReply(Connection connection, @Nullable String errorType) {
      super(connection);
      this.errorType = errorType;
    }

    @Override
    public void receiveBody() {
      boolean complete;
      synchronized (this) {
        wanted = true;
        complete = body != null;
      }
      if (complete) {
        end();
      }
    }

    @Override
    public void streamBody(StreamingSink sink, long maxBytes) {
      stream = sink;
      receiveBody();
    }

    void bodyRead(byte[] bytes, boolean brokeOff) {
      boolean complete;
      synchronized (this) {
        body = bytes;
        truncated = brokeOff;
        complete = wanted;
      }
      if (complete) {
        end();
      }
    }

    private void end() {
      connection.worker.post(new SandboxEvent.ReplyEnded(this, reply()));
    }

    private Reply reply() {
      byte[] bytes = body == null ? new byte[0] : body;
      if (truncated) {
        return new Reply.Truncated(true);
      }
      if (errorType != null) {
        return new Reply.ReportedError(errorType, Payload.of(bytes), null, null);
      }
      if (stream != null) {
        stream.begin(new ResponseHead(null, true), () -> {});
        stream.write(Payload.of(bytes));
        return new Reply.Streamed(ResponseEnd.COMPLETE, bytes.length, null, null);
      }
      return bytes.length > Invocations.MAX_RESPONSE_BYTES
          ? new Reply.TooLarge(bytes.length)
          : new Reply.Response(Payload.of(bytes), null);
    }

    @Override
    public void accept() {
      connection.answer("accepted");
    }

    @Override
    public void abort() {
      connection.close();
    }
  }
}
