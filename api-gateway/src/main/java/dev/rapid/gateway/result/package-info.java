/**
 * Results of functions as responses (contract http-front-door, section 5): {@link
 * dev.rapid.gateway.result.RestResult} and {@link dev.rapid.gateway.result.HttpResult}.
 */
@NullMarked
package dev.rapid.gateway.result;

import org.jspecify.annotations.NullMarked;
