/** The Undertow plumbing that the API modules share: listeners, routes, bodies and answers. */
@NullMarked
package dev.rapid.http;

import org.jspecify.annotations.NullMarked;
