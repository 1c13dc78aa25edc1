package dev.rapid.core.testing;

import dev.rapid.core.sandbox.Refusal;
import dev.rapid.core.sandbox.RestoreNextCall;

/** A poll for the restore. */
public final class FakeRestoreNextCall extends FakeCall<Refusal> implements RestoreNextCall {

  private boolean restored;

  /** Creates a poll that failures call {@code restore next}. */
  public FakeRestoreNextCall() {
    super("restore next");
  }

  @Override
  public void restored() {
    answer("restored");
    restored = true;
  }

  /** Returns whether it was told of the restore. */
  public boolean isRestored() {
    return restored;
  }
}
