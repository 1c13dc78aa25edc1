package dev.rapid.invokeapi.invoke;

import dev.rapid.invokeapi.errors.Constraints;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which function and version a request names (contract invoke-api, sections 1.1 and 1.2).
 *
 * @param name the bare function name
 * @param qualifier the version or alias, null if the caller gave none
 */
public record FunctionReference(String name, @Nullable String qualifier) {

  static final Pattern NAME_PATTERN =
      Pattern.compile(
          "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"
              + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)"
              + "(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?");
  static final Pattern QUALIFIER_PATTERN =
      Pattern.compile("\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+");

  private static final int ARN_GROUP = 1;
  private static final int REGION_GROUP = 3;
  private static final int ACCOUNT_GROUP = 9;
  private static final int NAME_GROUP = 11;
  private static final int QUALIFIER_GROUP = 13;
  private static final int MAX_NAME_LENGTH = 256;
  private static final int MAX_QUALIFIER_LENGTH = 128;

  /**
   * Reads a reference.
   *
   * @param segment the path segment as sent
   * @param query the value of the parameter {@code Qualifier}, null or empty if there is none
   * @param constraints receives what is wrong with either
   * @return null if the name is wrong
   */
  static @Nullable Parsed parse(String segment, @Nullable String query, Constraints constraints) {
    String queryQualifier = query == null || query.isEmpty() ? null : query;
    if (queryQualifier != null) {
      constraints.maxLength("qualifier", queryQualifier, MAX_QUALIFIER_LENGTH);
      if (queryQualifier.length() <= MAX_QUALIFIER_LENGTH) {
        constraints.pattern("qualifier", queryQualifier, QUALIFIER_PATTERN);
      }
    }
    String text = percentDecoded(segment);
    constraints.maxLength("functionName", text, MAX_NAME_LENGTH);
    Matcher matcher = NAME_PATTERN.matcher(text);
    // The pattern alone lets an ARN do without its region and account; the service does not.
    if (!matcher.matches()
        || (matcher.group(ARN_GROUP) != null
            && (matcher.group(REGION_GROUP) == null || matcher.group(ACCOUNT_GROUP) == null))) {
      constraints.mismatch("functionName", text, NAME_PATTERN);
      return null;
    }
    return new Parsed(
        withoutColon(matcher.group(REGION_GROUP)),
        withoutColon(matcher.group(ACCOUNT_GROUP)),
        matcher.group(NAME_GROUP),
        matcher.group(QUALIFIER_GROUP),
        queryQualifier);
  }

  private static @Nullable String withoutColon(@Nullable String group) {
    return group == null ? null : group.substring(0, group.length() - 1);
  }

  /**
   * A reference whose two qualifiers were not compared yet.
   *
   * @param region null if the caller named none
   * @param account null if the caller named none
   */
  record Parsed(
      @Nullable String region,
      @Nullable String account,
      String name,
      @Nullable String nameQualifier,
      @Nullable String queryQualifier) {

    /**
     * Brings the two qualifiers together.
     *
     * @throws ServiceException if they differ
     */
    FunctionReference resolve() {
      if (nameQualifier == null) {
        return new FunctionReference(name, queryQualifier);
      }
      if (queryQualifier != null && !queryQualifier.equals(nameQualifier)) {
        throw new ServiceException(
            ServiceError.INVALID_PARAMETER_VALUE,
            "The derived qualifier from the function name does not match the specified qualifier.");
      }
      return new FunctionReference(name, nameQualifier);
    }
  }

  /** Decodes once; a broken escape stays as it is and then fails the pattern. */
  public static String percentDecoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = new byte[text.length() * 3];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int hi = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int lo = hi < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (lo >= 0) {
        bytes[length++] = (byte) (hi * 16 + lo);
        i += 2;
      } else {
        for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
          bytes[length++] = b;
        }
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return text;
    }
  }
}
