/**
 * The conversation with an agent (contract kapacitor-udf, sections 7 to 9): this program is the
 * host that sends requests. Begin reading with {@link dev.rapid.kapacitor.host.Session}, one for
 * each process or connection of an agent; {@link dev.rapid.kapacitor.host.Invocations} have the
 * rules of completion, and {@link dev.rapid.kapacitor.host.Ending} finds out why an agent has
 * ended. {@link dev.rapid.kapacitor.host.HostFactory} is what the program loads.
 */
@NullMarked
package dev.rapid.kapacitor.host;

import org.jspecify.annotations.NullMarked;
