package dev.rapid.core.testing;

import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import org.jspecify.annotations.Nullable;

/** A caller who takes a stream, keeps its outcome and forgets its bytes. */
public final class RecordingStream implements StreamingSink {

  private final RecordingSink sink = new RecordingSink();

  @Override
  public void begin(ResponseHead head, ResponseSource source) {}

  @Override
  public void write(Payload bytes) {
    bytes.release();
  }

  @Override
  public void complete(Outcome outcome) {
    sink.complete(outcome);
  }

  /** Returns the outcome, null if there is none yet. */
  public @Nullable Outcome outcome() {
    return sink.outcome();
  }
}
