package dev.rapid.core.extension;

/** A report of an extension that its init failed or that it is about to end. */
public interface ExtensionErrorCall extends ExtensionCall {

  /** Answers that the report was taken. */
  void accept();
}
