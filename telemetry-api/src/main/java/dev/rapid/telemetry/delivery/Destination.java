package dev.rapid.telemetry.delivery;

/**
 * Where the batches of one subscriber go. All methods are called on the thread that delivers, and
 * one batch is under way at a time.
 */
public interface Destination {

  /** Returns how it wants its records. */
  Framing framing();

  /**
   * Sends a batch. A batch that failed may be sent again.
   *
   * @param outcome is told once, on the thread that delivers, perhaps before this method returns;
   *     not at all after {@link #close()}
   */
  void send(Batch batch, Outcome outcome);

  /** Gives up what is under way and closes the connection. */
  void close();

  /** What becomes of a batch. */
  interface Outcome {

    /** The subscriber has it. */
    void delivered();

    /** The subscriber does not want it; another attempt would be of no use. */
    void refused(int status);

    /** It did not get through, and may later. */
    void failed();
  }
}
