package dev.rapid.fnfdk.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A worker that speaks bytes. The test says each of them. */
final class RawWorker implements AutoCloseable {

  private final Path socket;
  private @Nullable ServerSocketChannel server;
  private @Nullable SocketChannel connection;
  private InputStream in = InputStream.nullInputStream();

  /** Creates a worker that does not listen yet. */
  RawWorker(String listener) {
    socket = Path.of(listener.substring("unix:".length()));
  }

  Path socket() {
    return socket;
  }

  /** Listens at a name beside the socket's, to which that becomes a link, as FDKs do. */
  void listen() throws IOException {
    bind(socket.resolveSibling("phonylsnr.sock"));
    Files.createSymbolicLink(socket, Path.of("phonylsnr.sock"));
  }

  void bind(Path path) throws IOException {
    server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path));
  }

  /** Waits for the next connection. */
  void accept() throws IOException {
    SocketChannel accepted = server().accept();
    connection = accepted;
    in = new BufferedInputStream(Channels.newInputStream(accepted));
  }

  private ServerSocketChannel server() {
    ServerSocketChannel listening = server;
    if (listening == null) {
      throw new AssertionError("the worker does not listen");
    }
    return listening;
  }

  /** Stops listening; connections stay. */
  void stopListening() throws IOException {
    server().close();
  }

  /** Reads the head of the next request. */
  String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("The connection ended after " + head);
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.UTF_8);
  }

  /** Reads a chunk of a body, which is empty at the end. */
  String readChunk() throws IOException {
    int length = Integer.parseInt(readLine(), 16);
    String chunk = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    readLine();
    return chunk;
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The connection ended after " + line);
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /** Reads a whole request and returns its body. */
  String readRequest() throws IOException {
    readHead();
    StringBuilder body = new StringBuilder();
    for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) {
      body.append(chunk);
    }
    return body.toString();
  }

  void send(String bytes) throws IOException {
    SocketChannel open = connection;
    if (open == null) {
      throw new AssertionError("nothing has connected");
    }
    ByteBuffer left = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8));
    while (left.hasRemaining()) {
      open.write(left);
    }
  }

  /** Sends a whole answer. */
  void answer(String status, String body) throws IOException {
    send("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  /** Returns whether the other side closes the connection, after it has sent nothing more. */
  boolean seesEnd() throws IOException {
    return in.read() < 0;
  }

  void hangUp() throws IOException {
    if (connection != null) {
      connection.close();
    }
  }

  @Override
  public void close() throws IOException {
    hangUp();
    if (server != null) {
      server.close();
    }
  }
}
