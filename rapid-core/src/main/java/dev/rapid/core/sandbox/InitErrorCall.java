package dev.rapid.core.sandbox;

/** A report of the runtime that its init failed. */
public interface InitErrorCall extends RuntimeCall {

  /** Answers that the report was taken. */
  void accept();
}
