/**
 * Stacks and their resources: a template with its nested stacks, or all stacks of a CDK app. {@link
 * dev.rapid.templates.stack.StackTree} loads them, and {@link dev.rapid.templates.stack.Properties}
 * reads the resolved properties of a resource.
 */
@NullMarked
package dev.rapid.templates.stack;

import org.jspecify.annotations.NullMarked;
