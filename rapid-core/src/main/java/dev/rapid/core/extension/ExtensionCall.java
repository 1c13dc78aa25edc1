package dev.rapid.core.extension;

/** A call of an extension that waits for its answer. Each call is answered at most once. */
public interface ExtensionCall {

  /** Answers that the call was not obeyed. */
  void refuse(ExtensionRefusal refusal);
}
