package dev.rapid.core.sandbox;

/** A call of the runtime that waits for its answer. Each call is answered at most once. */
public interface RuntimeCall {

  /** Answers that the call was not obeyed. */
  void refuse(Refusal refusal);
}
