package dev.rapid.fnfdk;

import dev.rapid.libraries.LateLibraries;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The connector that all workers of a program share, made when the first of them is started. */
public final class LateConnector implements AutoCloseable {

  private static final String IMPLEMENTATION = "dev.rapid.fnfdk.http.NettyConnector";

  // Both guarded by this.
  private @Nullable FdkConnector connector;
  private boolean closed;

  /**
   * Returns the connector. The first call loads Netty.
   *
   * @throws IOException if Netty is missing, or the program ends
   */
  public synchronized FdkConnector get() throws IOException {
    FdkConnector made = connector;
    if (made == null) {
      if (closed) {
        throw new IOException("The program ends");
      }
      made = LateLibraries.PROTOCOLS.create(FdkConnector.class, IMPLEMENTATION);
      connector = made;
    }
    return made;
  }

  /** Ends its threads, if there are any. */
  @Override
  public synchronized void close() {
    closed = true;
    if (connector != null) {
      connector.close();
    }
  }
}
