/**
 * Both sides of the protocol of Kapacitor's user-defined functions (contract kapacitor-udf): an
 * agent is the worker of a sandbox, and a function is an agent of a real Kapacitor.
 *
 * <p>This package has what the program needs before one of them is used, and no protobuf: the
 * settings, the worker of one sandbox, and what an exposed function asks of the program. {@code
 * codec} has the frames of both sides, {@code json} points and batches as JSON, {@code host} the
 * conversation with an agent, {@code agent} the one with Kapacitor; these are loaded with the first
 * agent or the first exposed function. Begin reading with {@link
 * dev.rapid.kapacitor.KapacitorSettings} and {@link dev.rapid.kapacitor.UdfExposure}.
 */
@NullMarked
package dev.rapid.kapacitor;

import org.jspecify.annotations.NullMarked;
