package dev.rapid.gateway.authorizer;

import dev.rapid.gateway.answer.GatewayError;
import dev.rapid.gateway.event.Authorization;
import dev.rapid.gateway.request.ApiRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accepts every well-formed signature of AWS's version 4 (contract http-front-door, section 8.6).
 */
final class Signatures {

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 .*Credential=([^/,\\s]+)/[0-9]{8}/[^/,\\s]+/[^/,\\s]+/aws4_request.*");

  private Signatures() {}

  /** Decides about a request. */
  static Decision decide(ApiRequest request) {
    Matcher matcher = AUTHORIZATION.matcher(request.header("authorization"));
    return matcher.matches()
        ? new Decision.Allowed(new Authorization.OfSignature(matcher.group(1)))
        : new Decision.Refused(GatewayError.UNSIGNED);
  }
}
