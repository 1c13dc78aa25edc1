/**
 * Calls of a load balancer of Fn, and the functions that they are for: {@link
 * dev.rapid.emulator.fn.FnCalls} is what the runner knows of the functions, and {@link
 * dev.rapid.emulator.fn.FunctionChoice} finds the function of a call.
 */
@NullMarked
package dev.rapid.emulator.fn;

import org.jspecify.annotations.NullMarked;
