/**
 * Kapacitor's UDF protocol, both sides, against the packaged program (contract kapacitor-udf,
 * section 14). A name of a test that begins with {@code kNN} is that check of the contract.
 *
 * <p>{@link dev.rapid.conformance.kapacitor.Agents} has functions whose workers are scripted
 * agents, {@link dev.rapid.conformance.kapacitor.Udfs} functions to which a {@link
 * dev.rapid.conformance.kapacitor.scripted.ScriptedHost} connects. Both scripts, {@code agent.py}
 * and {@code function.py} of the resources, do what the points say.
 */
package dev.rapid.conformance.kapacitor;
