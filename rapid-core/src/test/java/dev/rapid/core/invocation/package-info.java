/** What a caller asks for and what comes back. */
@NullMarked
package dev.rapid.core.invocation;

import org.jspecify.annotations.NullMarked;
