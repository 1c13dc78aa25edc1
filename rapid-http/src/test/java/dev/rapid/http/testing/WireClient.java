package dev.rapid.http.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection, whose bytes the test decides. It sends what it is told, also what is not HTTP,
 * and never repairs anything.
 */
public final class WireClient implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  private WireClient(Socket socket, InputStream in) {
    this.socket = socket;
    this.in = in;
  }

  /** Connects. Reading fails after a time that only a bug needs. */
  public static WireClient connect(InetSocketAddress address) {
    return connect(address, new Socket());
  }

  /** Connects so that the system takes few bytes from the server while the test takes none. */
  public static WireClient connectWithSmallBuffer(InetSocketAddress address) {
    try {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(4096);
      return connect(address, socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WireClient connect(InetSocketAddress address, Socket socket) {
    try {
      socket.connect(address);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return new WireClient(socket, new BufferedInputStream(socket.getInputStream(), 64 * 1024));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------------ sending

  /** Sends text, one byte for each character. */
  public WireClient send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. */
  public WireClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a head with {@code Host}, the given header lines and the empty line. */
  public WireClient sendHead(String method, String target, String... headerLines) {
    StringBuilder head =
        new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: test\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    return send(head.append("\r\n").toString());
  }

  /** Sends a request with a {@code Content-Length}. */
  public WireClient sendRequest(String method, String target, byte[] body, String... headerLines) {
    List<String> lines = new ArrayList<>(List.of(headerLines));
    lines.add("Content-Length: " + body.length);
    return sendHead(method, target, lines.toArray(String[]::new)).send(body);
  }

  /** Sends one chunk of a chunked body; an empty one would end it, use {@link #sendLastChunk}. */
  public WireClient sendChunk(byte[] chunk) {
    return send(Integer.toHexString(chunk.length) + "\r\n").send(chunk).send("\r\n");
  }

  /** Ends a chunked body, with trailers if there are any. */
  public WireClient sendLastChunk(String... trailerLines) {
    StringBuilder end = new StringBuilder("0\r\n");
    for (String line : trailerLines) {
      end.append(line).append("\r\n");
    }
    return send(end.append("\r\n").toString());
  }

  /** Says that nothing more will be sent; answers can still be received. */
  public WireClient endOutput() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ------------------------------------------------------------------ receiving

  /** Waits for one answer; an interim answer such as 100 counts as one. */
  public WireAnswer receive() {
    return receive(true);
  }

  /** Waits for an answer to HEAD: whatever its headers say, it has no body. */
  public WireAnswer receiveHead() {
    return receive(false);
  }

  /** Waits for the next {@code count} bytes, whatever they are. */
  public byte[] receiveBytes(int count) {
    try {
      return exactly(count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the next chunk of a chunked body; an empty array is the end without trailers. */
  public byte[] receiveChunk() {
    try {
      byte[] chunk = exactly(Integer.parseInt(line(), 16));
      if (!line().isEmpty()) {
        throw new AssertionError("a chunk without its end");
      }
      return chunk;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a GET and waits for its answer. */
  public WireAnswer get(String target, String... headerLines) {
    return sendHead("GET", target, headerLines).receive();
  }

  /** Returns the port of this end. */
  public int localPort() {
    return socket.getLocalPort();
  }

  /** Sends a POST with a {@code Content-Length} and waits for its answer. */
  public WireAnswer post(String target, String body, String... headerLines) {
    return post(target, body.getBytes(StandardCharsets.UTF_8), headerLines);
  }

  /** Sends a POST with a {@code Content-Length} and waits for its answer. */
  public WireAnswer post(String target, byte[] body, String... headerLines) {
    return sendRequest("POST", target, body, headerLines).receive();
  }

  /** Waits until the server closes the connection; fails if it sends something instead. */
  public void expectClosed() {
    String received = receiveUntilClosed();
    if (!received.isEmpty()) {
      throw new AssertionError("expected the end of the connection, but got " + received);
    }
  }

  /** Returns all that the server sends until it closes or resets the connection. */
  public String receiveUntilClosed() {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    try {
      in.transferTo(received);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server did not close the connection", e);
    } catch (IOException e) {
      // A reset is an end too.
    }
    return received.toString(StandardCharsets.UTF_8);
  }

  /** Waits until the server has sent something that was not received yet, and leaves it there. */
  public void awaitInput() {
    try {
      in.mark(1);
      if (in.read() < 0) {
        throw new EOFException("the connection ended");
      }
      in.reset();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Fails if the server has sent something that was not received yet. Before it looks, it lets the
   * server's I/O thread, of which there must be only one, do all that it has to do already: a
   * second request on one connection is read only when everything is done that was ready together
   * with the first.
   */
  public void expectNothing() {
    try (WireClient later = connect((InetSocketAddress) socket.getRemoteSocketAddress())) {
      later.get("/first");
      later.get("/second");
    }
    try {
      byte[] received = in.readNBytes(in.available());
      if (received.length > 0) {
        throw new AssertionError(
            "expected nothing, but got " + new String(received, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the connection in the ordinary way. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the connection with a reset, as the system does for a process that was killed. */
  public void reset() {
    try {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WireAnswer receive(boolean mayHaveBody) {
    try {
      String statusLine = line();
      List<String> headerLines = new ArrayList<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        headerLines.add(line);
      }
      WireAnswer head =
          new WireAnswer(statusLine, List.copyOf(headerLines), new byte[0], List.of());
      int status = head.status();
      boolean hasBody = mayHaveBody && status >= 200 && status != 204 && status != 304;
      if (!hasBody) {
        return head;
      }
      List<String> trailerLines = new ArrayList<>();
      byte[] body = body(head, trailerLines);
      return new WireAnswer(statusLine, head.headerLines(), body, List.copyOf(trailerLines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] body(WireAnswer head, List<String> trailerLines) throws IOException {
    @Nullable String length = head.header("Content-Length");
    if (length != null) {
      return exactly(Integer.parseInt(length));
    }
    if (!"chunked".equals(head.header("Transfer-Encoding"))) {
      return in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      byte[] chunk = exactly(Integer.parseInt(line(), 16));
      if (chunk.length == 0) {
        for (String line = line(); !line.isEmpty(); line = line()) {
          trailerLines.add(line);
        }
        return body.toByteArray();
      }
      body.write(chunk);
      if (!line().isEmpty()) {
        throw new AssertionError("a chunk without its end");
      }
    }
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the connection ended after " + bytes.length + " of " + count);
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended after \"" + line + "\"");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
