/**
 * Reads the configuration: command line, environment and configuration file.
 *
 * <p>Begin with {@link dev.rapid.cli.config.Option}, the table of all settings. {@link
 * dev.rapid.cli.config.Syntax} parses the command line, {@link dev.rapid.cli.config.ConfigFile}
 * reads the file of {@code --config}, and {@link dev.rapid.cli.config.Settings} decides which value
 * counts, checks it, and builds the typed description of {@link dev.rapid.emulator.settings}.
 */
@NullMarked
package dev.rapid.cli.config;

import org.jspecify.annotations.NullMarked;
