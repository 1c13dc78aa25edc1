/**
 * The worker protocol of Azure Functions (contract azure-functions-worker): a language worker is a
 * child process that serves the functions of an app, and talks with its host over one gRPC stream.
 *
 * <p>This package has what the sandbox and its owner need, and no gRPC: the settings, and the
 * worker of one sandbox. What an app is on disk is in {@code app}. The other end of the stream is
 * in {@code server}, the values of triggers and results in {@code trigger}; both are loaded with
 * the gRPC libraries when the first worker starts. Begin reading with {@link
 * dev.rapid.azure.AzureSettings} and {@link dev.rapid.azure.AzureWorker}, one for each sandbox.
 */
@NullMarked
package dev.rapid.azure;

import org.jspecify.annotations.NullMarked;
