/**
 * What the configuration says of Kapacitor: how an agent is spoken with, and how a function is
 * exposed as a user-defined function (contract kapacitor-udf, sections 8.2 and 11.1). Begin reading
 * with {@link dev.rapid.cli.config.kapacitor.KapacitorReader} and {@link
 * dev.rapid.cli.config.kapacitor.UdfReader}.
 */
@NullMarked
package dev.rapid.cli.config.kapacitor;

import org.jspecify.annotations.NullMarked;
