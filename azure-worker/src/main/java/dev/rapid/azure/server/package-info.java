/**
 * The host's end of the stream with language workers, over gRPC (contract azure-functions-worker,
 * sections 2 to 9). The packaged program loads this package together with the libraries that it
 * uses, when the first worker starts.
 */
@NullMarked
package dev.rapid.azure.server;

import org.jspecify.annotations.NullMarked;
