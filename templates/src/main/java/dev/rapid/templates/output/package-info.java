/**
 * The text of a configuration file. {@link dev.rapid.templates.output.YamlWriter} writes a tree as
 * YAML and remembers where in the template each line comes from.
 */
@NullMarked
package dev.rapid.templates.output;

import org.jspecify.annotations.NullMarked;
