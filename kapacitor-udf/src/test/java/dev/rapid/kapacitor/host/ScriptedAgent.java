package dev.rapid.kapacitor.host;

import com.google.protobuf.ByteString;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.codec.FrameWriter;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.ErrorResponse;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.InitResponse;
import dev.rapid.kapacitor.protocol.KeepaliveResponse;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Request.MessageCase;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.kapacitor.protocol.RestoreResponse;
import dev.rapid.kapacitor.protocol.SnapshotResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent that does what the test says, over real streams. */
final class ScriptedAgent implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;

  private static final Request END = Request.getDefaultInstance();

  private final InputStream in;
  private final OutputStream out;
  private final FrameWriter writer;
  private final BlockingQueue<Request> received = new LinkedBlockingQueue<>();

  /**
   * @param in the agent's stdin
   * @param out its stdout
   */
  ScriptedAgent(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
    this.writer = new FrameWriter(out);
    Thread unused = Thread.ofVirtual().start(this::read);
  }

  private void read() {
    FrameReader<Request> reader = new FrameReader<>(Request.parser(), in, Integer.MAX_VALUE);
    try {
      Request next = reader.next();
      while (next != null) {
        received.add(next);
        next = reader.next();
      }
    } catch (IOException e) {
      // The end of the input, too.
    }
    received.add(END);
  }

  // ------------------------------------------------------------------ what the agent gets

  /** Waits for the next request, which must be of this kind. */
  Request await(MessageCase kind) {
    Request next = next();
    if (next.getMessageCase() != kind) {
      throw new AssertionError("Expected " + kind + ", but got " + next);
    }
    return next;
  }

  /** Waits for the end of the input. */
  void awaitEnd() {
    Request next = next();
    if (!END.equals(next)) {
      throw new AssertionError("Expected the end of the input, but got " + next);
    }
  }

  private Request next() {
    try {
      Request next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("Nothing came");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Returns whether the end of the input has come, and nothing before it. */
  boolean hasInputEnded() {
    return END.equals(received.peek());
  }

  /** Returns a request that has come, null if none has. */
  @Nullable Request poll() {
    return received.poll();
  }

  // ------------------------------------------------------------------ what it says

  void send(Response... frames) {
    try {
      writer.write(List.of(frames));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void sendBytes(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the output. */
  void endOutput() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Response info(EdgeType wants, EdgeType provides) {
    return Response.newBuilder()
        .setInfo(InfoResponse.newBuilder().setWants(wants).setProvides(provides))
        .build();
  }

  static Response initialised() {
    return Response.newBuilder().setInit(InitResponse.newBuilder().setSuccess(true)).build();
  }

  static Response initFailed(String reason) {
    return Response.newBuilder().setInit(InitResponse.newBuilder().setError(reason)).build();
  }

  static Response keepalive(long time) {
    return Response.newBuilder().setKeepalive(KeepaliveResponse.newBuilder().setTime(time)).build();
  }

  static Response snapshot(String state) {
    return Response.newBuilder()
        .setSnapshot(SnapshotResponse.newBuilder().setSnapshot(ByteString.copyFromUtf8(state)))
        .build();
  }

  static Response restored(boolean success, String reason) {
    return Response.newBuilder()
        .setRestore(RestoreResponse.newBuilder().setSuccess(success).setError(reason))
        .build();
  }

  static Response error(String text) {
    return Response.newBuilder().setError(ErrorResponse.newBuilder().setError(text)).build();
  }

  static Response point(double value) {
    return Response.newBuilder()
        .setPoint(Point.newBuilder().setName("m").putFieldsDouble("value", value))
        .build();
  }

  static Response text(String value) {
    return Response.newBuilder()
        .setPoint(Point.newBuilder().setName("m").putFieldsString("text", value))
        .build();
  }

  static Response begin(long size) {
    return Response.newBuilder()
        .setBegin(BeginBatch.newBuilder().setName("m").setSize(size))
        .build();
  }

  static Response end() {
    return Response.newBuilder().setEnd(EndBatch.newBuilder().setName("m")).build();
  }

  // ------------------------------------------------------------------ whole conversations

  /** Says what it is, and initialises. Returns what it was initialised with. */
  InitRequest start(EdgeType wants, EdgeType provides) {
    Request unused = await(MessageCase.INFO);
    send(info(wants, provides));
    InitRequest init = await(MessageCase.INIT).getInit();
    send(initialised());
    return init;
  }

  /** Waits for a question for its life, and answers. */
  void answerKeepalive() {
    send(keepalive(await(MessageCase.KEEPALIVE).getKeepalive().getTime()));
  }

  @Override
  public void close() {
    endOutput();
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
