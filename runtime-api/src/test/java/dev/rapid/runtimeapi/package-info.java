/** The Runtime API over real sockets, with the real sandbox behind it. */
@NullMarked
package dev.rapid.runtimeapi;

import org.jspecify.annotations.NullMarked;
