/**
 * The heart of Rapid: sandboxes, invocations and their lifecycle, without HTTP, JSON or processes.
 */
@NullMarked
package dev.rapid.core;

import org.jspecify.annotations.NullMarked;
