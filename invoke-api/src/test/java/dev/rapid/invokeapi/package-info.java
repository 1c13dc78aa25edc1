/** The Invoke API over real sockets, with a scripted runtime on the other side. */
@NullMarked
package dev.rapid.invokeapi;

import org.jspecify.annotations.NullMarked;
