/** Tests of the Extensions API over real sockets. */
@NullMarked
package dev.rapid.extensionsapi;

import org.jspecify.annotations.NullMarked;
