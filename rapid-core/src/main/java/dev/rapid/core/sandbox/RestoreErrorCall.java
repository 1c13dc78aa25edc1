package dev.rapid.core.sandbox;

/** A report of the runtime that its hook after the restore failed. */
public interface RestoreErrorCall extends RuntimeCall {

  /** Answers that the report was taken. */
  void accept();
}
