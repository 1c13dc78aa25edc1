/**
 * A YAML or JSON file as a tree of {@link dev.rapid.templates.document.Node}s with positions
 * (contract templates-and-runtimes, section 4). Begin with {@link
 * dev.rapid.templates.document.Documents}, which reads a file.
 *
 * <p>The tree knows nothing of templates, except that a tag such as {@code !Ref} is short for a
 * mapping with one key. {@link dev.rapid.templates.document.Problems} collects what is wrong in it.
 */
@NullMarked
package dev.rapid.templates.document;

import org.jspecify.annotations.NullMarked;
