package dev.rapid.http.request;

/**
 * How much a client may send besides a body, in bytes.
 *
 * @param headBytes the largest request line with its headers; a larger head is answered with 431
 * @param trailerBytes the largest trailers; larger ones make a body too large
 */
public record RequestLimits(int headBytes, int trailerBytes) {

  private static final int KIB = 1024;

  /** For the callers of functions (contract invoke-api, section 5.6). */
  public static final RequestLimits CALLERS = new RequestLimits(64 * KIB, 64 * KIB);

  /**
   * For the processes of a function: a head of 1 MiB (contract runtime-extensions-telemetry,
   * section 0.2), and trailers that can report an error as large as a response, in Base64.
   */
  public static final RequestLimits FUNCTION = new RequestLimits(1028 * KIB, 9 * KIB * KIB);
}
