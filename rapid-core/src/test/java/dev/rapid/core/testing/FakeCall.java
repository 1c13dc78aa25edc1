package dev.rapid.core.testing;

import dev.rapid.core.sandbox.Refusal;
import dev.rapid.core.sandbox.RuntimeCall;
import org.jspecify.annotations.Nullable;

/** A call of the runtime that keeps its answer and fails the test on a second one. */
abstract class FakeCall implements RuntimeCall {

  private final String name;
  private @Nullable String answer;
  private @Nullable Refusal refusal;

  FakeCall(String name) {
    this.name = name;
  }

  @Override
  public final void refuse(Refusal why) {
    answer("refused: " + why);
    refusal = why;
  }

  /** Returns why the call was refused, null if it was not. */
  public final @Nullable Refusal refusal() {
    return refusal;
  }

  /** Returns whether the call has its answer. */
  public final boolean answered() {
    return answer != null;
  }

  final void answer(String with) {
    if (answer != null) {
      throw new AssertionError(name + " was answered twice: " + answer + ", then " + with);
    }
    answer = with;
  }

  @Override
  public final String toString() {
    return name;
  }
}
