/** The Undertow plumbing over real sockets. */
@NullMarked
package dev.rapid.http;

import org.jspecify.annotations.NullMarked;
