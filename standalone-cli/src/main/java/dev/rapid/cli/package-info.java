/**
 * The commands of the program {@code rapid}, and its messages on stderr.
 *
 * <p>Begin with {@code Program}, which finds the command and turns each failure into a message and
 * an {@link dev.rapid.cli.ExitCode}. {@code ServeCommand}, {@code InvokeCommand} and {@code
 * RieCommand} are the commands; {@code Emulation} connects them with {@link
 * dev.rapid.emulator.Rapid}, which does the work. Options are in {@link dev.rapid.cli.config}.
 */
@NullMarked
package dev.rapid.cli;

import org.jspecify.annotations.NullMarked;
