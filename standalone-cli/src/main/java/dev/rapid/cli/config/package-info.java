/**
 * The options of the program, and their sources.
 *
 * <p>Begin with {@link dev.rapid.cli.config.Option}, the table: each option's name, type, check,
 * default, commands and help are there and nowhere else. To add an option, add an entry, and use
 * its value where it belongs in {@link dev.rapid.cli.config.Settings}.
 *
 * <ol>
 *   <li>{@link dev.rapid.cli.config.ArgumentParser} parses the command line with picocli into
 *       {@link dev.rapid.cli.config.Arguments}.
 *   <li>A {@code Source} gives the texts of an option, each with its origin: {@code Arguments},
 *       {@code Environment}, and {@code ConfigFile}, which {@code YamlFile} or {@code
 *       PropertiesFile} reads.
 *   <li>{@code Values} decides which source takes precedence; the option converts the text to a
 *       typed value, or throws a {@link dev.rapid.cli.config.value.UsageException} that names
 *       option and origin. {@code Conversions} has the checks.
 *   <li>{@link dev.rapid.cli.config.Settings} builds the typed description of {@link
 *       dev.rapid.emulator.settings}, in which nothing knows of options.
 * </ol>
 */
@NullMarked
package dev.rapid.cli.config;

import org.jspecify.annotations.NullMarked;
