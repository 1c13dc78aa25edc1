package dev.rapid.queue.store;

/** The names of what {@link StoredEntry#attributes} has. */
public final class Attributes {

  /** The version or alias that the caller has named; missing if none. */
  public static final String QUALIFIER = "qualifier";

  /** The ARN that the caller has invoked. */
  public static final String INVOKED_ARN = "invokedArn";

  /** The value of the trace header. */
  public static final String TRACE_ID = "traceId";

  /** The tenant; missing if there is none. */
  public static final String TENANT_ID = "tenantId";

  /**
   * How many functions have passed records on to each other up to this event; missing if a caller
   * has sent it.
   */
  public static final String HOPS = "hops";

  /** What a delivery is, as {@code DeliveryKind} names it; missing if it is no delivery. */
  public static final String DELIVERY = "delivery";

  /** The status that a dead letter has as its error code. */
  public static final String ERROR_CODE = "errorCode";

  /** The error message of a dead letter. */
  public static final String ERROR_MESSAGE = "errorMessage";

  private Attributes() {}
}
