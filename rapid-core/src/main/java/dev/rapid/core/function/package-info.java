/** What is known of the function, as one value that everybody reads. */
@NullMarked
package dev.rapid.core.function;

import org.jspecify.annotations.NullMarked;
