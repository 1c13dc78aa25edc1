package dev.rapid.conformance.azure.fake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Passes connections on to a host, the bytes to it one by one. */
public final class OneByteRelay {

  private OneByteRelay() {}

  /** Begins to relay one connection, and returns its port. */
  public static int to(int port) {
    try {
      ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (listener;
                Socket worker = listener.accept();
                Socket host = new Socket(InetAddress.getLoopbackAddress(), port)) {
              host.setTcpNoDelay(true);
              Thread back = Thread.ofPlatform().daemon().start(() -> passBack(host, worker));
              passBytes(worker.getInputStream(), host.getOutputStream());
              host.shutdownOutput();
              back.join();
            } catch (IOException | InterruptedException e) {
              // The connection has ended.
            }
          });
      return listener.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void passBytes(InputStream in, OutputStream out) throws IOException {
    int next = in.read();
    while (next >= 0) {
      out.write(next);
      out.flush();
      next = in.read();
    }
  }

  private static void passBack(Socket host, Socket worker) {
    try {
      host.getInputStream().transferTo(worker.getOutputStream());
      worker.shutdownOutput();
    } catch (IOException e) {
      // The connection has ended.
    }
  }
}
