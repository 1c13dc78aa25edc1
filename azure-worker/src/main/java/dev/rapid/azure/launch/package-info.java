/**
 * How a worker is started (contract azure-functions-worker, section 3): which program with which
 * arguments and environment, from the directory of a worker or from what the user says, and where
 * workers can be found on this machine. Begin reading with {@link
 * dev.rapid.azure.launch.WorkerCommand}.
 */
@NullMarked
package dev.rapid.azure.launch;

import org.jspecify.annotations.NullMarked;
