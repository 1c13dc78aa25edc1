/** The command line, and the assembly of all modules into one program. */
@NullMarked
package dev.rapid.cli;

import org.jspecify.annotations.NullMarked;
