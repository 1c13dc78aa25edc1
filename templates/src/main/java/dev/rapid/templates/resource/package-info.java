/**
 * Functions and layers as entries of a configuration file (contract templates-and-runtimes,
 * sections 1.3, 1.4, 5, 8). {@link dev.rapid.templates.resource.ConfiguredFunctions} reads all of
 * them.
 */
@NullMarked
package dev.rapid.templates.resource;

import org.jspecify.annotations.NullMarked;
