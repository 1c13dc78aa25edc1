package dev.rapid.telemetry.delivery;

/**
 * Records that a subscriber did not get.
 *
 * @param reason why, as the subscriber is told
 * @param records how many
 * @param bytes how long they were together
 */
public record Loss(String reason, long records, long bytes) {

  /**
   * The reason for records that found the subscriber's queue full (contract
   * runtime-extensions-telemetry, section 4.4).
   */
  static final String SLOW =
      "Some logs were dropped because the downstream consumer is slower than the logs production"
          + " rate";

  /** Returns the reason for records that the subscriber refused with an HTTP status. */
  static String refused(int status) {
    return "could not send events: status " + status;
  }

  Loss plus(Loss other) {
    return new Loss(reason, records + other.records, bytes + other.bytes);
  }
}
