package dev.rapid.lambda.async;

/** Learns whether an event was accepted: exactly one call, on any thread, which must not block. */
public interface EventAcceptance {

  /** The event is stored, as safely as the store can. */
  void accepted();

  /**
   * The event is not stored.
   *
   * @param message one line for people
   */
  void refused(Refusal why, String message);

  /** Why an event is not accepted. */
  enum Refusal {

    /** The queue has no room. */
    FULL,

    /** The program is ending. */
    SHUTTING_DOWN,

    /** The store cannot be reached. */
    STORE_UNAVAILABLE,

    /** This node does not accept events. */
    NOT_ITS_ROLE
  }
}
