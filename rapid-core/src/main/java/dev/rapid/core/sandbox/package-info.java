/**
 * One execution environment: a pure state machine and the shell that runs it.
 *
 * <p>Begin reading with {@link dev.rapid.core.sandbox.Phase} and {@link
 * dev.rapid.core.sandbox.RunningInvocation} (what a sandbox can be doing), then {@link
 * dev.rapid.core.sandbox.SandboxEvent} and {@link dev.rapid.core.sandbox.Effect} (what can happen
 * and what it can do), then {@link dev.rapid.core.sandbox.SandboxMachine}, which sends each event
 * to the class of rules of its subject. {@link dev.rapid.core.sandbox.Sandbox} is the shell: it
 * feeds the machine and carries out the effects over {@link dev.rapid.core.sandbox.SandboxPorts}.
 */
@NullMarked
package dev.rapid.core.sandbox;

import org.jspecify.annotations.NullMarked;
