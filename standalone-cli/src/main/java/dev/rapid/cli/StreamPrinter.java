package dev.rapid.cli;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Prints a response while it arrives, on the thread that waits for it. */
final class StreamPrinter implements StreamingSink {

  private final Consumer<Outcome> ended;
  private final BlockingQueue<Payload> pieces = new LinkedBlockingQueue<>();

  /** Creates a printer that passes the outcome on. */
  StreamPrinter(Consumer<Outcome> ended) {
    this.ended = ended;
  }

  @Override
  public void begin(ResponseHead head, ResponseSource source) {}

  @Override
  public void write(Payload bytes) {
    pieces.add(bytes);
  }

  @Override
  public void complete(Outcome outcome) {
    ended.accept(outcome);
    pieces.add(Payload.EMPTY);
  }

  /**
   * Prints until the outcome arrives.
   *
   * @return the failure of the output, after which the rest was dropped; null if there was none
   */
  @Nullable IOException printTo(OutputStream out) throws InterruptedException {
    IOException failure = null;
    while (true) {
      Payload piece = pieces.take();
      if (piece.equals(Payload.EMPTY)) {
        return failure;
      }
      try {
        if (failure == null) {
          out.write(piece.toByteArray());
          out.flush();
        }
      } catch (IOException e) {
        failure = e;
      } finally {
        piece.release();
      }
    }
  }
}
