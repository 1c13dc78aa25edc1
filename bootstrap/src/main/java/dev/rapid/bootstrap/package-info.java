/**
 * Finds, starts, watches and ends the processes of a function, as the core's port {@code
 * Processes}.
 *
 * <p>Begin with {@link dev.rapid.bootstrap.LocalProcesses}, which starts a process for each {@link
 * dev.rapid.bootstrap.launch.LaunchSpec}; {@code SupervisedProcess} is one of them from start to
 * end. {@link dev.rapid.bootstrap.AttachedRuntime} stands for a runtime that the user starts.
 *
 * <ul>
 *   <li>{@link dev.rapid.bootstrap.launch}: what is started, and whether it can be
 *   <li>{@link dev.rapid.bootstrap.command}: small programs between Rapid and the process
 *   <li>{@link dev.rapid.bootstrap.family}: the process and all of its descendants
 *   <li>{@link dev.rapid.bootstrap.output}: what it writes
 * </ul>
 */
@NullMarked
package dev.rapid.bootstrap;

import org.jspecify.annotations.NullMarked;
