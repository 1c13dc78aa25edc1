package dev.rapid.invokeapi.invoke;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.lambda.FunctionReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the cloud that refuse callers although they do not matter here (contract invoke-api,
 * sections 1.1 and 3.1).
 *
 * @param region whether an ARN of another region is refused
 * @param account whether an ARN of another account is refused
 * @param model whether a streamed invocation of type {@code DryRun} runs nothing, as the service's
 *     model says; the real service runs the function
 */
public record Strictness(boolean region, boolean account, boolean model) {

  /** Refuses nothing. */
  public static final Strictness NONE = new Strictness(false, false, false);

  private static final Pattern CREDENTIAL_SCOPE =
      Pattern.compile("Credential=[^/, ]+/[^/, ]+/([^/, ]+)/");

  /**
   * Checks the region and the account of a request's function.
   *
   * @param authorization the signature, whose region is the caller's; null if there is none
   * @throws ServiceException if the request is refused
   */
  public void check(
      FunctionReference reference, @Nullable String authorization, FunctionIdentity function) {
    String theirs = reference.region();
    if (region && theirs != null) {
      String ours = regionOf(authorization, function);
      if (!theirs.equals(ours)) {
        throw new ServiceException(
            ServiceError.RESOURCE_NOT_FOUND,
            "Functions from '" + theirs + "' are not reachable in this region ('" + ours + "')");
      }
    }
    if (account
        && reference.account() != null
        && !reference.account().equals(function.accountId())) {
      throw new ServiceException(ServiceError.ACCESS_DENIED, "");
    }
  }

  private static String regionOf(@Nullable String authorization, FunctionIdentity function) {
    if (authorization != null) {
      Matcher scope = CREDENTIAL_SCOPE.matcher(authorization);
      if (scope.find()) {
        return scope.group(1);
      }
    }
    return function.region();
  }
}
