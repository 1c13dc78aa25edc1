package dev.rapid.invokeapi.invoke;

import java.util.List;

/** The values of {@code X-Amz-Invocation-Type}. */
public final class InvocationType {

  static final String REQUEST_RESPONSE = "RequestResponse";
  static final String EVENT = "Event";

  /** The request is checked, and the function is not run. */
  public static final String DRY_RUN = "DryRun";

  static final List<String> ALL = List.of(EVENT, REQUEST_RESPONSE, DRY_RUN);

  private InvocationType() {}
}
