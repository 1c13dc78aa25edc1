package dev.rapid.invokeapi.url;

import org.jspecify.annotations.Nullable;

/**
 * The settings of a function URL (contract invoke-api, section 5).
 *
 * @param streaming whether responses are streamed: the invoke mode {@code RESPONSE_STREAM}
 * @param signed whether callers have to sign their requests: the auth type {@code AWS_IAM}; any
 *     signature counts
 * @param qualifier the alias or version that the URL is of, null for what runs without one
 * @param cors null if the function itself handles requests of other origins
 */
public record UrlSettings(
    boolean streaming, boolean signed, @Nullable String qualifier, @Nullable CorsSettings cors) {

  /** The defaults: buffered, open to all, without CORS. */
  public static final UrlSettings DEFAULT = new UrlSettings(false, false, null, null);
}
