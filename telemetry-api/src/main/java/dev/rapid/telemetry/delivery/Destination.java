package dev.rapid.telemetry.delivery;

/**
 * Sends the batches of one subscriber. All methods are called on the thread that delivers, and one
 * batch is under way at a time.
 */
public interface Destination {

  /** Returns the framing of the records. */
  Framing framing();

  /**
   * Sends a batch. A batch that failed may be sent again.
   *
   * @param outcome is called once, on the thread that delivers, perhaps before this method returns;
   *     never after {@link #close()}
   */
  void send(Batch batch, Outcome outcome);

  /** Cancels the batch that is being sent and closes the connection. */
  void close();

  /** The result of sending a batch. */
  interface Outcome {

    /** The subscriber has the batch. */
    void delivered();

    /** The subscriber refused the batch; it is not sent again. */
    void refused(int status);

    /** Sending failed; a later attempt may succeed. */
    void failed();
  }
}
