package dev.rapid.azure.server.forward;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The HTTP server of a worker, of which the test says what each connection reads and writes. */
public final class ScriptedServer implements AutoCloseable {

  private final ServerSocket socket;

  public ScriptedServer() {
    this(0);
  }

  public ScriptedServer(int port) {
    try {
      // Without a name of the host, so that requests name the address.
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      socket = new ServerSocket(port, 50, loopback);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  public Connection accept() {
    try {
      socket.setSoTimeout(20_000);
      Socket accepted = socket.accept();
      accepted.setSoTimeout(20_000);
      return new Connection(accepted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One connection, which blocks as sockets do. */
  public static final class Connection implements AutoCloseable {

    private final Socket socket;

    private Connection(Socket socket) {
      this.socket = socket;
    }

    /** Returns the head of the request, with its last empty line. */
    public String readHead() {
      return readUntil("\r\n\r\n");
    }

    public String readUntil(String end) {
      StringBuilder text = new StringBuilder();
      try {
        while (text.indexOf(end) < 0) {
          int next = socket.getInputStream().read();
          if (next < 0) {
            throw new AssertionError("The connection ended after " + text);
          }
          text.append((char) next);
        }
        return text.toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public byte[] read(int length) {
      try {
        return socket.getInputStream().readNBytes(length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits for the other side to close; returns what came before. */
    public String readToEnd() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(all);
      } catch (IOException reset) {
        // That is an end too.
      }
      return all.toString(StandardCharsets.ISO_8859_1);
    }

    public Connection write(String text) {
      return write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Connection write(byte[] bytes) {
      try {
        socket.getOutputStream().write(bytes);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
