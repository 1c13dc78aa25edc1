package dev.rapid.gateway.request;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.gateway.api.Api;
import dev.rapid.gateway.api.ApiType;
import dev.rapid.lambda.TraceHeader;
import org.jspecify.annotations.Nullable;

/**
 * A stage of an API with the place where it is.
 *
 * @param api its configuration
 * @param region the region in ARNs
 * @param accountId the account in ARNs, 12 digits
 */
public record ApiStage(Api api, String region, String accountId) {

  /** Returns whether it belongs to a REST API. */
  public boolean isRest() {
    return api.type() == ApiType.REST;
  }

  /**
   * Returns the ARN of a method and a path, as policies name it (contract http-front-door, section
   * 8.2).
   *
   * @param path begins with a slash
   */
  public String executeArn(String method, String path) {
    return "arn:aws:execute-api:"
        + region
        + ":"
        + accountId
        + ":"
        + api.id()
        + "/"
        + api.stage()
        + "/"
        + method
        + path;
  }

  /**
   * Returns the complete X-Ray header of a request.
   *
   * @param received what the client sent, null if it sent none
   */
  public String traceHeader(@Nullable String received, long epochMillis) {
    return TraceHeader.complete(
        received,
        new FunctionIdentity(api.name(), region, accountId, FunctionIdentity.LATEST),
        epochMillis);
  }
}
