package dev.rapid.core.testing;

import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.RestoreFailureCall;

/** A report of a restore error. */
public final class FakeRestoreFailureCall extends FakeCall<Refusal> implements RestoreFailureCall {

  private boolean accepted;

  /** Creates a report that failures call {@code restore error}. */
  public FakeRestoreFailureCall() {
    super("restore error");
  }

  @Override
  public void accept() {
    answer("accepted");
    accepted = true;
  }

  /** Returns whether the report was taken. */
  public boolean accepted() {
    return accepted;
  }
}
