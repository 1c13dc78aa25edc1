/**
 * Workers of Azure Functions that others wrote, started by the packaged program: the Python worker
 * of PyPI, the Python engine of today, a worker in Rust, and those that a person names by an
 * environment variable.
 *
 * <p>All apps have the same functions, so that {@link
 * dev.rapid.conformance.azure.worker.WorkerTest} says once what every worker does. Begin reading
 * there.
 */
@NullMarked
package dev.rapid.conformance.azure.worker;

import org.jspecify.annotations.NullMarked;
