package dev.rapid.kapacitor.agent;

import com.google.protobuf.ByteString;
import dev.rapid.kapacitor.codec.FrameReader;
import dev.rapid.kapacitor.codec.FrameWriter;
import dev.rapid.kapacitor.codec.UnixStreams;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.InfoRequest;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.KeepaliveRequest;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.kapacitor.protocol.RestoreRequest;
import dev.rapid.kapacitor.protocol.SnapshotRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host that does what a test says. */
final class ScriptedHost implements AutoCloseable {

  private static final int MAX_FRAME_BYTES = 64 * 1024 * 1024;

  private final @Nullable UnixStreams streams;
  private final OutputStream out;
  private final FrameWriter writer;
  private final FrameReader<Response> reader;

  private ScriptedHost(@Nullable UnixStreams streams, InputStream in, OutputStream out) {
    this.streams = streams;
    this.out = out;
    this.writer = new FrameWriter(out);
    this.reader = new FrameReader<>(Response.parser(), in, MAX_FRAME_BYTES);
  }

  static ScriptedHost connect(Path socket) throws IOException {
    UnixStreams streams = new UnixStreams(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    return new ScriptedHost(streams, streams.in(), streams.out());
  }

  static ScriptedHost over(InputStream in, OutputStream out) {
    return new ScriptedHost(null, in, out);
  }

  void send(Request... requests) throws IOException {
    writer.write(Arrays.asList(requests));
  }

  void sendBytes(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Returns the next frame, null at the end. */
  @Nullable Response next() throws IOException {
    return reader.next();
  }

  /** Returns the next frame, which has to be there. */
  Response receive() throws IOException {
    Response next = reader.next();
    if (next == null) {
      throw new AssertionError("the agent has ended its output");
    }
    return next;
  }

  /** Returns all frames up to the end of the agent's output. */
  List<Response> receiveAll() throws IOException {
    List<Response> all = new ArrayList<>();
    for (Response next = reader.next(); next != null; next = reader.next()) {
      all.add(next);
    }
    return all;
  }

  /** Sends an Init without options, and returns its answer. */
  Response init() throws IOException {
    send(initRequest());
    return receive();
  }

  void endInput() throws IOException {
    out.close();
  }

  @Override
  public void close() throws IOException {
    if (streams != null) {
      streams.close();
    }
  }

  // ------------------------------------------------------------------ requests

  static Request info() {
    return Request.newBuilder().setInfo(InfoRequest.getDefaultInstance()).build();
  }

  static Request initRequest(Option... options) {
    return Request.newBuilder()
        .setInit(
            InitRequest.newBuilder()
                .addAllOptions(Arrays.asList(options))
                .setTaskID("task")
                .setNodeID("node"))
        .build();
  }

  static Request keepalive(long time) {
    return Request.newBuilder().setKeepalive(KeepaliveRequest.newBuilder().setTime(time)).build();
  }

  static Request snapshot() {
    return Request.newBuilder().setSnapshot(SnapshotRequest.getDefaultInstance()).build();
  }

  static Request restore(ByteString bytes) {
    return Request.newBuilder().setRestore(RestoreRequest.newBuilder().setSnapshot(bytes)).build();
  }

  static Request point(long time) {
    return Request.newBuilder()
        .setPoint(
            Point.newBuilder().setTime(time).setName("cpu").putFieldsDouble("v", (double) time))
        .build();
  }

  static Request begin(String name) {
    return Request.newBuilder().setBegin(BeginBatch.newBuilder().setName(name)).build();
  }

  static Request end(String name, long tmax) {
    return Request.newBuilder().setEnd(EndBatch.newBuilder().setName(name).setTmax(tmax)).build();
  }
}
