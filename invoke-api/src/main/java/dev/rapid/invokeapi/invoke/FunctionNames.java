package dev.rapid.invokeapi.invoke;

import dev.rapid.http.request.PercentEncoding;
import dev.rapid.invokeapi.errors.Constraints;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.lambda.FunctionReference;
import org.jspecify.annotations.Nullable;

/** How a request names the function (contract invoke-api, sections 1.1 and 1.2). */
public final class FunctionNames {

  private FunctionNames() {}

  /**
   * Reads the name and checks it together with the qualifier of the query.
   *
   * @param segment the path segment as sent
   * @param queryQualifier null if there is none
   * @param functions a further name of one of them need not match the service's pattern
   * @param constraints receives the violations of both
   * @return null if the name is invalid
   */
  public static @Nullable FunctionReference parse(
      String segment,
      @Nullable String queryQualifier,
      InvokedFunctions functions,
      Constraints constraints) {
    if (queryQualifier != null) {
      constraints.maxLength("qualifier", queryQualifier, FunctionReference.MAX_QUALIFIER_LENGTH);
      if (queryQualifier.length() <= FunctionReference.MAX_QUALIFIER_LENGTH) {
        constraints.pattern("qualifier", queryQualifier, FunctionReference.QUALIFIER_PATTERN);
      }
    }
    String text = PercentEncoding.decode(segment);
    constraints.maxLength("functionName", text, FunctionReference.MAX_LENGTH);
    FunctionReference reference = FunctionReference.parse(text);
    if (reference == null) {
      reference = otherName(text, functions);
    }
    if (reference == null) {
      constraints.mismatch("functionName", text, FunctionReference.PATTERN);
    }
    return reference;
  }

  /** Returns a reference by a further name, which may have any characters. */
  private static @Nullable FunctionReference otherName(String text, InvokedFunctions functions) {
    if (functions.hasOtherName(text)) {
      return new FunctionReference(null, null, text, null);
    }
    int colon = text.lastIndexOf(':');
    if (colon > 0 && functions.hasOtherName(text.substring(0, colon))) {
      String qualifier = text.substring(colon + 1);
      if (FunctionReference.QUALIFIER_PATTERN.matcher(qualifier).matches()) {
        return new FunctionReference(null, null, text.substring(0, colon), qualifier);
      }
    }
    return null;
  }

  /**
   * Merges the qualifier of the name with that of the query.
   *
   * @throws ServiceException if they differ
   */
  public static FunctionReference resolve(
      FunctionReference reference, @Nullable String queryQualifier) {
    if (reference.qualifier() == null) {
      return reference.withQualifier(queryQualifier);
    }
    if (queryQualifier != null && !queryQualifier.equals(reference.qualifier())) {
      throw new ServiceException(
          ServiceError.INVALID_PARAMETER_VALUE,
          "The derived qualifier from the function name does not match the specified qualifier.");
    }
    return reference;
  }
}
