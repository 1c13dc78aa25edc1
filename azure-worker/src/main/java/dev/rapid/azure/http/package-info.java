/**
 * Azure functions behind HTTP: how a request to the URL of a function travels beside the payload of
 * its invocation, and how the answer of a function with an HTTP trigger becomes an HTTP response.
 *
 * <p>Begin reading with {@link dev.rapid.azure.http.AzureHttpGateway}. {@link
 * dev.rapid.azure.http.UrlRequest} and {@link dev.rapid.azure.http.UrlResponse} are what the two
 * ends have in common.
 */
@NullMarked
package dev.rapid.azure.http;

import org.jspecify.annotations.NullMarked;
