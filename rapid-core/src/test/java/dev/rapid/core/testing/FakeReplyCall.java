package dev.rapid.core.testing;

import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.sandbox.Refusal;
import dev.rapid.core.sandbox.ReplyCall;
import org.jspecify.annotations.Nullable;

/** A response or an error whose body the test ends. */
public final class FakeReplyCall extends FakeCall<Refusal> implements ReplyCall {

  private boolean receiving;
  private boolean accepted;
  private boolean aborted;
  private @Nullable StreamingSink sink;
  private long maxBytes;

  /** Creates a reply that failures call {@code reply}. */
  public FakeReplyCall() {
    this("reply");
  }

  /** Creates a reply with a name for failures. */
  public FakeReplyCall(String name) {
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
    this.sink = sink;
    this.maxBytes = maxBytes;
  }

  /** Returns whom the body is to be passed on to, null if it is to be read as a whole. */
  public @Nullable StreamingSink sink() {
    return sink;
  }

  /** Returns how many bytes of a streamed body are wanted. */
  public long maxBytes() {
    return maxBytes;
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
