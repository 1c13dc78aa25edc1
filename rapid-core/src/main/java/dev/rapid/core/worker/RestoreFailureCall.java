package dev.rapid.core.worker;

/** A report of the worker that its hook after the restore failed. */
public interface RestoreFailureCall extends WorkerCall {

  /** Answers that the report was taken. */
  void accept();
}
