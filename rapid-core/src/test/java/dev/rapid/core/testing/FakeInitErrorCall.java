package dev.rapid.core.testing;

import dev.rapid.core.sandbox.InitErrorCall;
import dev.rapid.core.sandbox.Refusal;

/** A report of an init error. */
public final class FakeInitErrorCall extends FakeCall<Refusal> implements InitErrorCall {

  private boolean accepted;

  /** Creates a report that failures call {@code init error}. */
  public FakeInitErrorCall() {
    this("init error");
  }

  /** Creates a report with a name for failures. */
  public FakeInitErrorCall(String name) {
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
