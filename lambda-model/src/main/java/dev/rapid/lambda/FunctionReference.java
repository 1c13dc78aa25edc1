package dev.rapid.lambda;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function and version, as callers name them: a bare name, a partial ARN or an ARN, with or
 * without a qualifier (contract invoke-api, section 1.1).
 *
 * @param region null if it names none
 * @param account null if it names none
 * @param name the bare function name
 * @param qualifier the version or alias, null if it names none
 */
public record FunctionReference(
    @Nullable String region, @Nullable String account, String name, @Nullable String qualifier) {

  /** The service's pattern of references. */
  public static final Pattern PATTERN =
      Pattern.compile(
          "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"
              + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)"
              + "(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?");

  /** The service's pattern of qualifiers. */
  public static final Pattern QUALIFIER_PATTERN =
      Pattern.compile("\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+");

  /** The longest reference, in characters. */
  public static final int MAX_LENGTH = 256;

  /** The longest qualifier, in characters. */
  public static final int MAX_QUALIFIER_LENGTH = 128;

  private static final int ARN_GROUP = 1;
  private static final int REGION_GROUP = 3;
  private static final int ACCOUNT_GROUP = 9;
  private static final int NAME_GROUP = 11;
  private static final int QUALIFIER_GROUP = 13;

  /** Reads a reference; null if {@code text} is none. */
  public static @Nullable FunctionReference parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    // The pattern alone lets an ARN do without its region and account; the service does not.
    if (!matcher.matches()
        || (matcher.group(ARN_GROUP) != null
            && (matcher.group(REGION_GROUP) == null || matcher.group(ACCOUNT_GROUP) == null))) {
      return null;
    }
    return new FunctionReference(
        withoutColon(matcher.group(REGION_GROUP)),
        withoutColon(matcher.group(ACCOUNT_GROUP)),
        matcher.group(NAME_GROUP),
        matcher.group(QUALIFIER_GROUP));
  }

  private static @Nullable String withoutColon(@Nullable String group) {
    return group == null ? null : group.substring(0, group.length() - 1);
  }

  /** Returns the same function with another qualifier, or without one. */
  public FunctionReference withQualifier(@Nullable String other) {
    return new FunctionReference(region, account, name, other);
  }
}
