/**
 * Which route a request takes (contract http-front-door, section 1): {@link
 * dev.rapid.gateway.route.RouteTable} has the routes of one API.
 */
@NullMarked
package dev.rapid.gateway.route;

import org.jspecify.annotations.NullMarked;
