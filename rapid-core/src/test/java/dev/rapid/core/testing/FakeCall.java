package dev.rapid.core.testing;

import org.jspecify.annotations.Nullable;

/**
 * A call that keeps its answer and fails the test on a second one.
 *
 * @param <R> why the call may be refused
 */
abstract class FakeCall<R> {

  private final String name;
  private @Nullable String answer;
  private @Nullable R refusal;

  FakeCall(String name) {
    this.name = name;
  }

  /** Keeps why the call was refused. */
  public final void refuse(R why) {
    answer("refused: " + why);
    refusal = why;
  }

  /** Returns why the call was refused, null if it was not. */
  public final @Nullable R refusal() {
    return refusal;
  }

  /** Returns what the call was answered with in words, null if it has no answer. */
  public final @Nullable String answer() {
    return answer;
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
