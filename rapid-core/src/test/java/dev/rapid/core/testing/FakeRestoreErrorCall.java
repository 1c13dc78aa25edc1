package dev.rapid.core.testing;

import dev.rapid.core.sandbox.Refusal;
import dev.rapid.core.sandbox.RestoreErrorCall;

/** A report of a restore error. */
public final class FakeRestoreErrorCall extends FakeCall<Refusal> implements RestoreErrorCall {

  private boolean accepted;

  /** Creates a report that failures call {@code restore error}. */
  public FakeRestoreErrorCall() {
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
