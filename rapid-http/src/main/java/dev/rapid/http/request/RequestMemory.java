package dev.rapid.http.request;

import io.undertow.connector.ByteBufferPool;

/**
 * The memory that all connections of a process share.
 *
 * @param buffers what connections read into and write from
 * @param bufferBytes the size of one buffer in bytes
 * @param payloads what bodies are read into
 * @param unfinishedHeads limits what incomplete heads and requests sent ahead occupy
 */
public record RequestMemory(
    ByteBufferPool buffers,
    int bufferBytes,
    PayloadMemory payloads,
    UnfinishedHeads unfinishedHeads) {

  private static final long UNFINISHED_HEAD_BYTES = 32L * 1024 * 1024;

  /**
   * Creates the memory of a process.
   *
   * @param payloadBytes how many bytes of payloads may be in memory at once
   */
  public RequestMemory(ByteBufferPool buffers, int bufferBytes, long payloadBytes) {
    this(
        buffers,
        bufferBytes,
        new PayloadMemory(payloadBytes),
        new UnfinishedHeads(UNFINISHED_HEAD_BYTES));
  }
}
