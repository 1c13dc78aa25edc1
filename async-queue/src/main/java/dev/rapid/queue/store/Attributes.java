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

  private Attributes() {}
}
