package dev.rapid.kapacitor.agent;

import dev.rapid.kapacitor.codec.UnixStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What a host is connected by. Its methods can be called at any time and from any thread. */
interface HostLink {

  /** Returns what the host sends. */
  InputStream in();

  /** Returns what the host gets. */
  OutputStream out();

  /** Ends the output, so that the host reads its end. */
  void endOutput() throws IOException;

  /**
   * Returns whether what the host still sends has to be read before the connection is closed, so
   * that the close does not take the last frames from it.
   */
  boolean isConnection();

  /** Ends both directions, as far as the reader can be ended. */
  void close();

  /** Returns the link of a connected socket. */
  static HostLink of(UnixStreams streams) {
    return new HostLink() {
      @Override
      public InputStream in() {
        return streams.in();
      }

      @Override
      public OutputStream out() {
        return streams.out();
      }

      @Override
      public void endOutput() throws IOException {
        streams.endOutput();
      }

      @Override
      public boolean isConnection() {
        return true;
      }

      @Override
      public void close() {
        try {
          streams.close();
        } catch (IOException e) {
          // It is gone in any case.
        }
      }
    };
  }

  /** Returns the link of a host that has started this program. */
  static HostLink of(InputStream in, OutputStream out) {
    return new HostLink() {
      @Override
      public InputStream in() {
        return in;
      }

      @Override
      public OutputStream out() {
        return out;
      }

      @Override
      public void endOutput() throws IOException {
        out.close();
      }

      @Override
      public boolean isConnection() {
        return false;
      }

      @Override
      public void close() {
        // A read from stdin cannot be ended; the thread ends with the program.
      }
    };
  }
}
