/** A client that shows what is really on the wire, for the tests of all API modules. */
@NullMarked
package dev.rapid.http.testing;

import org.jspecify.annotations.NullMarked;
