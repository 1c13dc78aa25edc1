/**
 * Function URLs (contract invoke-api, section 5).
 *
 * <p>Begin with {@link dev.rapid.invokeapi.url.UrlHandler}. It turns the request into a payload
 * ({@code UrlPayload}) and creates a {@code UrlCall}, buffered or streamed. That turns the result
 * into an HTTP response ({@code UrlResult}, {@code UrlPrelude}). {@link
 * dev.rapid.invokeapi.url.CorsSettings} and {@link dev.rapid.invokeapi.url.WebPages} say which web
 * pages may call; the Invoke API uses them too.
 */
@NullMarked
package dev.rapid.invokeapi.url;

import org.jspecify.annotations.NullMarked;
