package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;
import dev.rapid.core.invocation.Payload;
import java.util.function.Consumer;

/** A body for a worker that takes only complete ones. */
final class BufferedBody implements CallBody {

  private final BodyBudget budget;
  private final Consumer<Payload> whenComplete;
  private final Runnable whenFull;
  private final Runnable next;
  private ByteString bytes = ByteString.EMPTY;
  private boolean ended;

  /**
   * @param whenComplete takes the body, and owns it
   * @param whenFull there is no memory for the body, which is dropped
   * @param next asks for the next frame
   */
  BufferedBody(
      BodyBudget budget, Consumer<Payload> whenComplete, Runnable whenFull, Runnable next) {
    this.budget = budget;
    this.whenComplete = whenComplete;
    this.whenFull = whenFull;
    this.next = next;
  }

  @Override
  public synchronized void frame(ByteString more) {
    if (ended) {
      return;
    }
    if (budget.take(more.size())) {
      bytes = bytes.concat(more);
      next.run();
    } else {
      truncated();
      whenFull.run();
    }
  }

  @Override
  public void complete() {
    ByteString all;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      all = bytes;
      bytes = ByteString.EMPTY;
    }
    whenComplete.accept(new ByteStringPayload(all, () -> budget.giveBack(all.size())));
  }

  @Override
  public synchronized void truncated() {
    if (!ended) {
      ended = true;
      budget.giveBack(bytes.size());
      bytes = ByteString.EMPTY;
    }
  }
}
