/** The HTTP API by which extensions register, wait for events and report errors. */
@NullMarked
package dev.rapid.extensionsapi;

import org.jspecify.annotations.NullMarked;
