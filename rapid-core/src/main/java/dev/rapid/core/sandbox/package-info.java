/** One execution environment: a pure state machine and the shell that runs it. */
@NullMarked
package dev.rapid.core.sandbox;

import org.jspecify.annotations.NullMarked;
