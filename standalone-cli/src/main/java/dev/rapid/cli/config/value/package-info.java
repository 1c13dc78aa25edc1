/**
 * Values of a configuration file that are more than one text: lists and mappings, each with the
 * place where it was written.
 *
 * <p>Begin with {@link dev.rapid.cli.config.value.Value}, and with {@link
 * dev.rapid.cli.config.value.Fields}, which reads the members of a mapping. A mistake in a value is
 * a {@link dev.rapid.cli.config.value.UsageException} that begins with the place. Nothing here
 * knows how files are parsed.
 */
@NullMarked
package dev.rapid.cli.config.value;

import org.jspecify.annotations.NullMarked;
