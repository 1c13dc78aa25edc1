package dev.rapid.lambda;

/** Payload limits of the cloud, in bytes. */
public final class Limits {

  /** The largest request of a synchronous invocation (contract invoke-api, section 1.5). */
  public static final int MAX_REQUEST_BYTES = 6 * 1024 * 1024;

  /** The largest request of an asynchronous invocation (contract invoke-api, section 1.5). */
  public static final int MAX_EVENT_REQUEST_BYTES = 1024 * 1024;

  /** The largest request of the old asynchronous operation (contract invoke-api, section 4.3). */
  public static final int MAX_INVOKE_ASYNC_REQUEST_BYTES = 256 * 1024;

  /** The largest buffered response (contract runtime-extensions-telemetry, section 1.3.3). */
  public static final int MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

  /** The largest streamed response (contract invoke-api, section 3.4). */
  public static final int MAX_STREAMED_BYTES = 200 * 1024 * 1024;

  private Limits() {}
}
