/**
 * Function URLs (contract invoke-api, section 5).
 *
 * <p>Begin with {@link dev.rapid.invokeapi.url.UrlHandler}. It makes a payload of the request
 * ({@code UrlEvent}) and a {@code UrlCall}, buffered or streamed, which makes an HTTP response of
 * the result ({@code UrlResult}, {@code UrlPrelude}). {@link dev.rapid.invokeapi.url.CorsSettings}
 * and {@link dev.rapid.invokeapi.url.WebPages} say which web pages may call; the Invoke API uses
 * them too.
 */
@NullMarked
package dev.rapid.invokeapi.url;

import org.jspecify.annotations.NullMarked;
