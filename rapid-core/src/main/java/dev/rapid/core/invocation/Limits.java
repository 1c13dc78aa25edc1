package dev.rapid.core.invocation;

/** Payload limits of the cloud, in bytes. */
public final class Limits {

  /** The largest request of a synchronous invocation (Invoke API contract, section 1.5). */
  public static final int MAX_REQUEST_BYTES = 6 * 1024 * 1024;

  /** The largest request of an asynchronous invocation (Invoke API contract, section 1.5). */
  public static final int MAX_EVENT_REQUEST_BYTES = 1024 * 1024;

  /** The largest buffered response (Runtime API contract, section 1.3.3). */
  public static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

  private Limits() {}
}
