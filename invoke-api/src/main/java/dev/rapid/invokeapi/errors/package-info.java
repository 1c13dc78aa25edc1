/**
 * The exceptions of the service (contract invoke-api, section 2).
 *
 * <p>Handlers throw a {@link dev.rapid.invokeapi.errors.ServiceException} with one of the {@link
 * dev.rapid.invokeapi.errors.ServiceError}s; {@link dev.rapid.invokeapi.errors.ServiceErrors} alone
 * turns it into a status and a body. {@link dev.rapid.invokeapi.errors.Constraints} collects the
 * constraint violations of a request.
 */
@NullMarked
package dev.rapid.invokeapi.errors;

import org.jspecify.annotations.NullMarked;
