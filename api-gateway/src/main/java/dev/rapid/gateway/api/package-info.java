/**
 * How an API is configured: {@link dev.rapid.gateway.api.Api} has {@link
 * dev.rapid.gateway.api.Route routes}, which name functions, and {@link
 * dev.rapid.gateway.api.Authorizer authorizers}. Records only, so that two configurations can be
 * compared.
 */
@NullMarked
package dev.rapid.gateway.api;

import org.jspecify.annotations.NullMarked;
