/**
 * A request on its way: {@link dev.rapid.gateway.request.ApiRequest} is what events, authorizers
 * and answers read.
 */
@NullMarked
package dev.rapid.gateway.request;

import org.jspecify.annotations.NullMarked;
