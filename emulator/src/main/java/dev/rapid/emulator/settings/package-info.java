/**
 * The typed settings of a process: functions, listeners and front end.
 *
 * <p>It contains values and their checks; command lines and files are parsed elsewhere. Begin with
 * {@link dev.rapid.emulator.settings.ProgramSettings}.
 */
@NullMarked
package dev.rapid.emulator.settings;

import org.jspecify.annotations.NullMarked;
