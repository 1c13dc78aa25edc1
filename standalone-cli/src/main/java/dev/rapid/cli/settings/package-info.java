/**
 * The typed description of what runs: functions, listeners, how callers are served.
 *
 * <p>It contains values and their checks, and no parsing of command lines or files; {@link
 * dev.rapid.cli.config} builds it. Begin with {@link dev.rapid.cli.settings.ProgramSettings}.
 */
@NullMarked
package dev.rapid.cli.settings;

import org.jspecify.annotations.NullMarked;
