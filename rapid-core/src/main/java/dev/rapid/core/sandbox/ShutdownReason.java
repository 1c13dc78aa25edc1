package dev.rapid.core.sandbox;

/**
 * Why processes are ended, as the shutdown event says (contract runtime-extensions-telemetry,
 * section 2.9).
 *
 * @param wireName lower case in the cloud; the control API may say anything
 */
public record ShutdownReason(String wireName) {

  /** An invocation or an init took too long. */
  public static final ShutdownReason TIMEOUT = new ShutdownReason("timeout");

  /** Something failed. */
  public static final ShutdownReason FAILURE = new ShutdownReason("failure");

  /** The sandbox is no longer needed. */
  public static final ShutdownReason SPINDOWN = new ShutdownReason("spindown");
}
