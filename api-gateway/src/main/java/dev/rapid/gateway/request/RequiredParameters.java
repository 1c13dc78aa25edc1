package dev.rapid.gateway.request;

import dev.rapid.gateway.api.RequestValue;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters that a route of a REST API requires (contract http-front-door, section 6.1). */
public final class RequiredParameters {

  private RequiredParameters() {}

  /**
   * Returns the names of the parameters that a request lacks, joined with commas, those of headers
   * first, then of the path, then of the query; null if it has all.
   */
  public static @Nullable String missingIn(ApiRequest request) {
    String missing =
        request.route().requiredParameters().stream()
            .filter(place -> request.value(place) == null)
            .sorted(Comparator.comparingInt(RequiredParameters::rank))
            .map(RequestValue::name)
            .collect(Collectors.joining(", "));
    return missing.isEmpty() ? null : missing;
  }

  private static int rank(RequestValue place) {
    return switch (place.kind()) {
      case HEADER -> 0;
      case PATH -> 1;
      default -> 2;
    };
  }
}
