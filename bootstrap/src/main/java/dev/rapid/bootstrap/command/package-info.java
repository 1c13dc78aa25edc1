/**
 * Programs of the system that stand between Rapid and the process that it starts, each of which
 * changes one thing and then becomes the next: {@link dev.rapid.bootstrap.command.SessionCommand}
 * gives it a session of its own, {@link dev.rapid.bootstrap.command.MarkCommand} a mark that its
 * descendants inherit, {@link dev.rapid.bootstrap.command.FramedLogCommand} a descriptor for framed
 * logs.
 */
@NullMarked
package dev.rapid.bootstrap.command;

import org.jspecify.annotations.NullMarked;
