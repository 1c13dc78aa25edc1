/**
 * The emulator as a library. Begin with {@link dev.rapid.emulator.Rapid}, its API.
 *
 * <p>Inside, there are three levels, each with one job:
 *
 * <ul>
 *   <li>{@link dev.rapid.emulator.Engine}: what all functions share, such as I/O threads, memory,
 *       timers, listeners and the checks of who may call them.
 *   <li>{@link dev.rapid.emulator.EmulatedFunction}: one function; how it is configured now ({@link
 *       dev.rapid.emulator.ConfiguredFunction}), its fleet, and what is recorded of it ({@link
 *       dev.rapid.emulator.FunctionTelemetry}).
 *   <li>{@link dev.rapid.emulator.LocalSandbox}: one sandbox; its processes, and the address and
 *       the routes of the APIs for them.
 * </ul>
 *
 * <p>{@link dev.rapid.emulator.CallerFrontEnd} serves callers over HTTP.
 */
@NullMarked
package dev.rapid.emulator;

import org.jspecify.annotations.NullMarked;
