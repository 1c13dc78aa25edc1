package dev.rapid.core.sandbox;

/**
 * Why a call of the runtime is not obeyed (contract runtime-extensions-telemetry, sections 1.0 and
 * 1.3).
 */
public sealed interface Refusal {

  /** The request id is not that of the invocation in progress. */
  record InvalidRequestId() implements Refusal {}

  /** The runtime's state does not allow the call. */
  record InvalidStateTransition(RuntimeState from, RuntimeState to) implements Refusal {}

  /** The posted body is over the limit of a buffered response. */
  record PayloadTooLarge() implements Refusal {}

  /** The response mode is neither absent nor {@code streaming}. */
  record InvalidResponseMode() implements Refusal {}

  /** Rapid itself cannot do what the call asks for. */
  record PlatformError() implements Refusal {}

  /** The posted body ended early. */
  record TruncatedBody() implements Refusal {}
}
