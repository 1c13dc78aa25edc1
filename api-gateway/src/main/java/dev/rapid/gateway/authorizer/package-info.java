/**
 * Who may call (contract http-front-door, section 8): begin with {@link
 * dev.rapid.gateway.authorizer.Authorizers}.
 */
@NullMarked
package dev.rapid.gateway.authorizer;

import org.jspecify.annotations.NullMarked;
