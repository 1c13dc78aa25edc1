package dev.rapid.core.testing;

import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;

/** A report of an init error. */
public final class FakeInitFailureCall extends FakeCall<Refusal> implements InitFailureCall {

  private boolean accepted;

  /** Creates a report that failures call {@code init error}. */
  public FakeInitFailureCall() {
    this("init error");
  }

  /** Creates a report with a name for failures. */
  public FakeInitFailureCall(String name) {
    super(name);
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
