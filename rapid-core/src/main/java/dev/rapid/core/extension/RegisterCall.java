package dev.rapid.core.extension;

/** A call by which an extension registers itself. */
public interface RegisterCall extends ExtensionCall {

  /** Answers that the extension is registered. */
  void accept();
}
