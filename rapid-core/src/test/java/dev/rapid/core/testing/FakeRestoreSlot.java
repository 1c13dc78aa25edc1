package dev.rapid.core.testing;

import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.RestoreSlot;

/** A poll for the restore. */
public final class FakeRestoreSlot extends FakeCall<Refusal> implements RestoreSlot {

  private boolean restored;

  /** Creates a poll that failures call {@code restore next}. */
  public FakeRestoreSlot() {
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
