/**
 * The typed description of what runs: functions, listeners, how callers are served.
 *
 * <p>It contains values and their checks, and no parsing of command lines or files. Begin with
 * {@link dev.rapid.emulator.settings.ProgramSettings}.
 */
@NullMarked
package dev.rapid.emulator.settings;

import org.jspecify.annotations.NullMarked;
