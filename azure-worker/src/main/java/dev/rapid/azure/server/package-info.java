/**
 * The host's end of the stream with language workers, over gRPC (contract azure-functions-worker,
 * sections 2 to 9). The packaged program loads this package together with the libraries that it
 * uses, when the first worker starts.
 *
 * <p>Begin reading with {@link dev.rapid.azure.server.Session}, the conversation with one process:
 * {@link dev.rapid.azure.server.StartUp} brings it to a loaded function, {@link
 * dev.rapid.azure.server.Calls} has the invocations. {@link dev.rapid.azure.server.EventStream}
 * reads a stream, {@link dev.rapid.azure.server.WorkerStream} writes it. {@link
 * dev.rapid.azure.server.GrpcHostFactory} is where the rest of the program enters.
 */
@NullMarked
package dev.rapid.azure.server;

import org.jspecify.annotations.NullMarked;
