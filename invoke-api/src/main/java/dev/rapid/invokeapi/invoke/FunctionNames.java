package dev.rapid.invokeapi.invoke;

import dev.rapid.http.request.PercentEncoding;
import dev.rapid.invokeapi.errors.Constraints;
import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import dev.rapid.lambda.FunctionReference;
import org.jspecify.annotations.Nullable;

/** How a request names the function (contract invoke-api, sections 1.1 and 1.2). */
final class FunctionNames {

  private FunctionNames() {}

  /**
   * Reads the name and checks it together with the qualifier of the query.
   *
   * @param segment the path segment as sent
   * @param queryQualifier null if there is none
   * @param constraints receives the violations of both
   * @return null if the name is invalid
   */
  static @Nullable FunctionReference parse(
      String segment, @Nullable String queryQualifier, Constraints constraints) {
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
      constraints.mismatch("functionName", text, FunctionReference.PATTERN);
    }
    return reference;
  }

  /**
   * Merges the qualifier of the name with that of the query.
   *
   * @throws ServiceException if they differ
   */
  static FunctionReference resolve(FunctionReference reference, @Nullable String queryQualifier) {
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
