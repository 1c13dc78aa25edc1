/**
 * HTTP APIs as a configuration file describes them. {@link dev.rapid.cli.config.api.ApiReader}
 * makes settings of the structures below the key {@code apis}.
 */
@NullMarked
package dev.rapid.cli.config.api;

import org.jspecify.annotations.NullMarked;
