/** The HTTP API that a runtime polls for its invocations. */
@NullMarked
package dev.rapid.runtimeapi;

import org.jspecify.annotations.NullMarked;
