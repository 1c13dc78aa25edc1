package dev.rapid.invokeapi.url;

import dev.rapid.http.browser.AllowedOrigins;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages of other origins may send requests.
 *
 * @param cors the pages that may call the operations of the Invoke API and read the answers; null
 *     for none
 * @param origins the pages that may send all requests, also to the function URL; their answers have
 *     no headers of CORS; {@code *} for every page
 */
public record WebPages(@Nullable CorsSettings cors, List<String> origins) {

  /** No pages, except that pages of this machine may call the function URL. */
  public static final WebPages NONE = new WebPages(null, List.of());

  /** Copies the list. */
  public WebPages {
    origins = List.copyOf(origins);
  }

  /** Returns whether pages of {@code origin} may call the operations. */
  public boolean mayInvoke(String origin) {
    return AllowedOrigins.allows(origins, origin) || (cors != null && cors.allowsOrigin(origin));
  }

  /**
   * Returns whether pages of {@code origin} may call the function URL. Pages of this machine may,
   * because functions often answer CORS themselves.
   */
  public boolean mayCallUrl(String origin, @Nullable CorsSettings ofUrl) {
    return AllowedOrigins.isLocal(origin)
        || AllowedOrigins.allows(origins, origin)
        || (ofUrl != null && ofUrl.allowsOrigin(origin));
  }
}
