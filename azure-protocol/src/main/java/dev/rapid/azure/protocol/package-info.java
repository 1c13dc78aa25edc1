/**
 * The messages and the service between a host of Azure Functions and its language workers,
 * generated from {@code FunctionRpc.proto} (contract azure-functions-worker, section 4). Begin
 * reading with {@link dev.rapid.azure.protocol.StreamingMessage}.
 */
package dev.rapid.azure.protocol;
