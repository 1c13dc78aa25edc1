package dev.rapid.telemetry.delivery;

/**
 * Records that a subscriber did not get.
 *
 * @param reason the reason, as the report has it
 * @param records how many
 * @param bytes their length in bytes together
 */
public record Loss(String reason, long records, long bytes) {

  /**
   * The reason for records that were dropped because the subscriber's queue was full (contract
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
