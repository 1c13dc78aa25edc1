/**
 * Requests as payloads of functions (contract http-front-door, sections 2 to 4): {@link
 * dev.rapid.gateway.event.ProxyEvent} and {@link dev.rapid.gateway.event.HttpEvent}.
 */
@NullMarked
package dev.rapid.gateway.event;

import org.jspecify.annotations.NullMarked;
