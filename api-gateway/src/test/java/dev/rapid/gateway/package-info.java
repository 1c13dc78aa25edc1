/** Tests of the HTTP front door over real sockets, with functions that are scripts of the test. */
@NullMarked
package dev.rapid.gateway;

import org.jspecify.annotations.NullMarked;
