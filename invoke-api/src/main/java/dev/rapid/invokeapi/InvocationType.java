package dev.rapid.invokeapi;

import java.util.List;

/** The values of {@code X-Amz-Invocation-Type}. */
final class InvocationType {

  static final String REQUEST_RESPONSE = "RequestResponse";
  static final String EVENT = "Event";
  static final String DRY_RUN = "DryRun";
  static final List<String> ALL = List.of(EVENT, REQUEST_RESPONSE, DRY_RUN);

  private InvocationType() {}
}
