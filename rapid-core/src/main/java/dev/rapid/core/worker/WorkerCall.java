package dev.rapid.core.worker;

/** Something that a worker asked for and that waits for its answer. It is answered at most once. */
public interface WorkerCall {

  /** Answers that it is not done. */
  void refuse(Refusal refusal);
}
