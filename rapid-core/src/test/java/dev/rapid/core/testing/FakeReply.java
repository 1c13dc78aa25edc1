package dev.rapid.core.testing;

import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.WorkerReply;
import org.jspecify.annotations.Nullable;

/** A response or an error whose body the test ends. */
public final class FakeReply extends FakeCall<Refusal> implements WorkerReply {

  private boolean receiving;
  private boolean accepted;
  private boolean aborted;
  private @Nullable StreamingSink stream;
  private long streamLimit;

  /** Creates a reply that failures call {@code reply}. */
  public FakeReply() {
    this("reply");
  }

  /** Creates a reply with a name for failures. */
  public FakeReply(String name) {
    super(name);
  }

  @Override
  public void receiveBody() {
    if (receiving) {
      throw new AssertionError(this + ": the body is to be read twice");
    }
    receiving = true;
  }

  @Override
  public void streamBody(StreamingSink sink, long maxBytes) {
    receiveBody();
    stream = sink;
    streamLimit = maxBytes;
  }

  /** Returns where the body is to be passed on to, null if it is to be collected. */
  public @Nullable StreamingSink stream() {
    return stream;
  }

  /** Returns how much of the body may be passed on, but for one byte. */
  public long streamLimit() {
    return streamLimit;
  }

  @Override
  public void abort() {
    aborted = true;
  }

  /** Returns whether the connection was closed. */
  public boolean aborted() {
    return aborted;
  }

  @Override
  public void accept() {
    answer("accepted");
    accepted = true;
  }

  /** Returns whether the head was taken and the body is, or was, to be read. */
  public boolean receiving() {
    return receiving;
  }

  /** Returns whether the whole reply was taken. */
  public boolean accepted() {
    return accepted;
  }
}
