package dev.rapid.kapacitor.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The two directions of a connected socket, which is in blocking mode. One thread may read while
 * another one writes, also when both wait. Closing it ends both waits with an exception, and so
 * does the interrupt of a thread that waits.
 */
public final class UnixStreams implements AutoCloseable {

  /** The runtime keeps memory outside of the heap for each thread, as much as one call moves. */
  private static final int MOST_BYTES_AT_ONCE = 64 * 1024;

  private final SocketChannel channel;
  private final InputStream in = new Input();
  private final OutputStream out = new Output();

  /** Takes the channel over. */
  public UnixStreams(SocketChannel channel) {
    this.channel = channel;
  }

  /** Returns what the peer sends. Closing the stream closes nothing. */
  public InputStream in() {
    return in;
  }

  /** Returns what the peer gets. Closing the stream ends the output, and leaves the input open. */
  public OutputStream out() {
    return out;
  }

  /**
   * Ends the output: the peer reads the end of its input. The input stays open.
   *
   * @throws IOException if the connection is broken
   */
  public void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  /** Closes the connection. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  private final class Input extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      return channel.read(ByteBuffer.wrap(bytes, offset, Math.min(length, MOST_BYTES_AT_ONCE)));
    }
  }

  private final class Output extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int position = offset;
      int end = offset + length;
      while (position < end) {
        int piece = Math.min(end - position, MOST_BYTES_AT_ONCE);
        position += channel.write(ByteBuffer.wrap(bytes, position, piece));
      }
    }

    @Override
    public void close() throws IOException {
      endOutput();
    }
  }
}
