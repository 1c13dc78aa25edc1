/**
 * HTTP APIs and REST APIs: turns HTTP requests into invocations of functions, and their results
 * into HTTP responses (contract http-front-door).
 *
 * <p>Begin with {@link dev.rapid.gateway.Gateway}. It serves {@link dev.rapid.gateway.api.Api
 * configurations}. A request is handled in the package {@code call}: the API and the route are
 * chosen ({@code route}), the authorizer decides ({@code authorizer}), the request becomes an event
 * ({@code event}), and the function's result a response ({@code result}, {@code answer}, {@code
 * cors}).
 */
@NullMarked
package dev.rapid.gateway;

import org.jspecify.annotations.NullMarked;
