/**
 * HTTP/1.1 over Undertow, as the APIs share it. It knows nothing of Lambda.
 *
 * <p>Begin with {@link dev.rapid.http.HttpListener}: an address on the I/O threads and the memory
 * of a {@link dev.rapid.http.HttpWorker}. {@link dev.rapid.http.Routes} maps exact paths to
 * handlers, and {@link dev.rapid.http.ParkedPoll} is a request that waits without a thread.
 *
 * <ul>
 *   <li>{@link dev.rapid.http.request}: takes requests apart, reads their bodies
 *   <li>{@link dev.rapid.http.answer}: writes answers, whole or paced
 *   <li>{@link dev.rapid.http.browser}: refuses requests by {@code Host} and {@code Origin}
 * </ul>
 */
@NullMarked
package dev.rapid.http;

import org.jspecify.annotations.NullMarked;
