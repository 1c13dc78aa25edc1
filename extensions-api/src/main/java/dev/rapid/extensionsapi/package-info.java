/**
 * The HTTP API by which extensions register, wait for events and report errors (contract
 * runtime-extensions-telemetry, section 3).
 *
 * <p>Begin with {@link dev.rapid.extensionsapi.ExtensionsApi}, the table of its endpoints, one
 * handler each. {@code ExtensionErrors} turns refusals into answers.
 */
@NullMarked
package dev.rapid.extensionsapi;

import org.jspecify.annotations.NullMarked;
