package dev.rapid.core.function;

import java.util.Objects;

/**
 * Who the configured function is.
 *
 * @param name the function name
 * @param region the region in ARNs
 * @param accountId the account in ARNs, 12 digits
 * @param version what runs when no qualifier is given, usually {@code $LATEST}
 */
public record FunctionIdentity(String name, String region, String accountId, String version) {

  /** The version of unpublished code. */
  public static final String LATEST = "$LATEST";

  /** The name under which every configured function can be called too, as in RIE. */
  public static final String ALIAS = "function";

  /** Checks that nothing is missing. */
  public FunctionIdentity {
    Objects.requireNonNull(name);
    Objects.requireNonNull(region);
    Objects.requireNonNull(accountId);
    Objects.requireNonNull(version);
  }

  /** Returns the ARN without a qualifier. */
  public String arn() {
    return arnOf(name);
  }

  /** Returns the ARN that a function called {@code otherName} would have here. */
  public String arnOf(String otherName) {
    return "arn:aws:lambda:" + region + ":" + accountId + ":function:" + otherName;
  }

  /** Returns whether callers who ask for {@code requestedName} mean this function. */
  public boolean answersTo(String requestedName) {
    return requestedName.equals(name) || requestedName.equals(ALIAS);
  }

  /** Returns whether {@code qualifier} names a version that this function has. */
  public boolean hasVersion(String qualifier) {
    return qualifier.equals(LATEST) || qualifier.equals(version);
  }
}
