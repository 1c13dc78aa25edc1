package dev.rapid.invokeapi.read;

import dev.rapid.invokeapi.errors.ServiceError;
import dev.rapid.invokeapi.errors.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list that fits into one answer: {@code MaxItems} of it, but at most 50 (contract
 * invoke-api, section 6.2).
 *
 * @param items the items of the page
 * @param nextMarker where the next page begins, null if there is none
 */
record Page<T>(List<T> items, @Nullable String nextMarker) {

  /** The most items of an answer, whatever the request asks for. */
  static final int MAX_ITEMS = 50;

  /** The most items that a request may ask for, in most lists. */
  static final int MAX_ASKED = 10_000;

  /**
   * The page that a request asks for.
   *
   * @param maxItems the most items
   * @param marker null for the first page
   */
  record Wanted(int maxItems, @Nullable String marker) {

    /**
     * Reads the parameters. Violations are reported with those of the function's name.
     *
     * @param most the largest {@code MaxItems}
     */
    static Wanted of(ReadRequest request, int most) {
      String maxItems = request.parameter("MaxItems");
      int asked =
          maxItems == null
              ? MAX_ITEMS
              : request.constraints().number("maxItems", maxItems, 1, most);
      return new Wanted(Math.min(asked, MAX_ITEMS), request.parameter("Marker"));
    }

    /**
     * Returns the page of a list.
     *
     * @param key returns what a marker says of an item, which is unique
     * @throws ServiceException if the marker is not of this list
     */
    <T> Page<T> of(List<T> all, Function<T, String> key) {
      int from = 0;
      if (marker != null) {
        while (from < all.size() && !marker.equals(encoded(key.apply(all.get(from))))) {
          from++;
        }
        if (from == all.size()) {
          throw new ServiceException(
              ServiceError.INVALID_PARAMETER_VALUE, "The marker is not one of this list.");
        }
      }
      int end = Math.min(all.size(), from + maxItems);
      return new Page<>(
          all.subList(from, end), end == all.size() ? null : encoded(key.apply(all.get(end))));
    }

    private static String encoded(String key) {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns the body of the answer. */
  Map<String, Object> body(String member, Function<T, Map<String, Object>> object) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(member, items.stream().map(object).toList());
    if (nextMarker != null) {
      body.put("NextMarker", nextMarker);
    }
    return body;
  }
}
