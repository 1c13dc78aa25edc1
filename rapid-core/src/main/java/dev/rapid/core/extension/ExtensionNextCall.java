package dev.rapid.core.extension;

import dev.rapid.core.invocation.Invocation;

/**
 * A parked poll of an extension for its next event. If nothing of an event could be written, the
 * implementation posts {@code SandboxEvent.ExtensionDeliveryFailed}.
 */
public interface ExtensionNextCall extends ExtensionCall {

  /**
   * Answers that an invocation begins.
   *
   * @param deadlineEpochMillis when the invocation times out
   */
  void deliverInvoke(Invocation invocation, long deadlineEpochMillis);

  /**
   * Answers that the sandbox is about to end.
   *
   * @param reason {@code timeout}, {@code failure}, {@code spindown}, or what the control API says
   * @param deadlineEpochMillis when the extension is killed if it has not ended
   */
  void deliverShutdown(String reason, long deadlineEpochMillis);
}
