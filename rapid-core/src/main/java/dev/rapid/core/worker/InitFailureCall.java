package dev.rapid.core.worker;

/** A report of the worker that its init failed. */
public interface InitFailureCall extends WorkerCall {

  /** Answers that the report was taken. */
  void accept();
}
