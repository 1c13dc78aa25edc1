/**
 * The emulator as a library. Begin with {@link dev.rapid.emulator.Rapid}, its API.
 *
 * <p>There are three levels:
 *
 * <ul>
 *   <li>{@link dev.rapid.emulator.Engine}: what all functions share, such as I/O threads, memory,
 *       timers, listeners and the checks of their callers.
 *   <li>{@link dev.rapid.emulator.EmulatedFunction}: one function: its current configuration
 *       ({@link dev.rapid.emulator.ConfiguredFunction}), its fleet, and its telemetry ({@link
 *       dev.rapid.emulator.FunctionTelemetry}).
 *   <li>{@link dev.rapid.emulator.LocalSandbox}: one sandbox: its processes, what they speak with
 *       it ({@link dev.rapid.emulator.WorkerProtocol}), and its own telemetry ({@link
 *       dev.rapid.emulator.SandboxTelemetry}).
 * </ul>
 *
 * <p>{@link dev.rapid.emulator.CallerFrontEnd} serves callers over HTTP.
 */
@NullMarked
package dev.rapid.emulator;

import org.jspecify.annotations.NullMarked;
