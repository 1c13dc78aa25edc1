/**
 * The sandboxes of a function that is exposed to Kapacitor (contract kapacitor-udf, section 11.1):
 * each use has one of its own, which lives as long as the use. Begin reading with {@link
 * dev.rapid.emulator.udf.UseSandboxes}.
 */
@NullMarked
package dev.rapid.emulator.udf;

import org.jspecify.annotations.NullMarked;
