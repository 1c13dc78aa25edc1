/**
 * Requests: heads, bodies and the memory that both occupy.
 *
 * <p>{@link dev.rapid.http.request.RequestConduit} sits below Undertow and separates requests from
 * malformed input, with {@code RequestHead} for heads and {@code ChunkFraming} for chunked bodies;
 * it is the place to begin. Handlers use {@link dev.rapid.http.request.BodyReader} for a body as a
 * whole, {@link dev.rapid.http.request.BodyStream} for one that is passed on while it arrives,
 * {@link dev.rapid.http.request.RequestQuery} and {@link dev.rapid.http.request.RequestHeaders} for
 * the rest, and {@link dev.rapid.http.request.ConnectionWatch} to notice that the client has gone.
 */
@NullMarked
package dev.rapid.http.request;

import org.jspecify.annotations.NullMarked;
