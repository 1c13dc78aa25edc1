package dev.rapid.core.worker;

/** Why the sandbox does not do what a worker asks for. */
public sealed interface Refusal {

  /** The reply belongs to no invocation that runs. */
  record UnknownInvocation() implements Refusal {}

  /** The reply belongs to an invocation that timed out in a worker that others share. */
  record InvocationTimedOut() implements Refusal {}

  /**
   * The worker may not do that now.
   *
   * @param from where the worker stands
   * @param to where it would stand afterwards
   */
  record NotAllowed(WorkerState from, WorkerState to) implements Refusal {}

  /** The reply is larger than the caller can take. */
  record PayloadTooLarge() implements Refusal {}

  /** The reply does not follow its protocol; the caller has a {@link Reply.Malformed}. */
  record MalformedReply() implements Refusal {}

  /** Rapid itself cannot do what the worker asks for. */
  record PlatformError() implements Refusal {}

  /** The reply ended early. */
  record TruncatedBody() implements Refusal {}
}
