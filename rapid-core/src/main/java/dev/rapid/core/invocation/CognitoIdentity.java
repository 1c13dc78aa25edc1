package dev.rapid.core.invocation;

/**
 * Who the caller is to Amazon Cognito.
 *
 * @param identityId empty if it is not known
 * @param identityPoolId empty if it is not known
 */
public record CognitoIdentity(String identityId, String identityPoolId) {

  /** Returns whether something is known. */
  public boolean isKnown() {
    return !identityId.isEmpty() || !identityPoolId.isEmpty();
  }
}
