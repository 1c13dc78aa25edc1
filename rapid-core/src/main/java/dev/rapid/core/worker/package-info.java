/**
 * The worker port: what a sandbox asks of the program that handles invocations, and what it hears
 * from it. A worker protocol (the Lambda Runtime API is one) is an adapter between this package and
 * a wire.
 *
 * <p>A protocol tells the sandbox by posting {@link dev.rapid.core.sandbox.SandboxEvent}s:
 *
 * <ul>
 *   <li>{@code WorkerReady} with a {@link dev.rapid.core.worker.WorkerSlot}: the worker has room
 *       for one more invocation. The sandbox answers the slot with an invocation when there is one.
 *   <li>{@code ReplyBegan} with a {@link dev.rapid.core.worker.WorkerReply}, and {@code ReplyEnded}
 *       with a {@link dev.rapid.core.worker.Reply}: an invocation's result or error.
 *   <li>{@code InitFailed}, {@code SnapshotReady} and {@code RestoreFailed} for what happens around
 *       init and restore.
 *   <li>{@code SlotWithdrawn}, {@code DeliveryFailed} and {@code DeliveryLost} if a connection is
 *       gone, {@code WorkerEnded} if one of the processes of a runtime is. The end of a process
 *       comes from {@link dev.rapid.core.process.Processes}.
 * </ul>
 *
 * <p>Begin reading with {@link dev.rapid.core.worker.WorkerSlot} and {@link
 * dev.rapid.core.worker.WorkerReply}.
 */
@NullMarked
package dev.rapid.core.worker;

import org.jspecify.annotations.NullMarked;
