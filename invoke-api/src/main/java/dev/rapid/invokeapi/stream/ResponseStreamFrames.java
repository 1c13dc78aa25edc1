package dev.rapid.invokeapi.stream;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The frames of a streamed response (contract invoke-api, sections 3.3 and 3.4). */
final class ResponseStreamFrames {

  /** The most bytes of the response in one frame. */
  static final int MAX_CHUNK_BYTES = 1024 * 1024;

  private static final int MAX_MESSAGE_LENGTH = 8 * 1024;

  private static final EventStreamFrame PAYLOAD_CHUNK =
      headers("PayloadChunk", "application/octet-stream");
  private static final EventStreamFrame INVOKE_COMPLETE =
      headers("InvokeComplete", "application/json");

  private ResponseStreamFrames() {}

  private static EventStreamFrame headers(String type, String contentType) {
    return EventStreamFrame.plain()
        .with(":event-type", type)
        .with(":content-type", contentType)
        .with(":message-type", "event");
  }

  /**
   * Returns the frames with the next bytes of the response, each with at most {@link
   * #MAX_CHUNK_BYTES}; none if there are no bytes. The bytes are not copied: they must not change
   * until the frames are written.
   */
  static List<ByteBuffer> payloadChunks(List<ByteBuffer> payload) {
    List<ByteBuffer> frames = new ArrayList<>();
    List<ByteBuffer> chunk = new ArrayList<>();
    int room = MAX_CHUNK_BYTES;
    for (ByteBuffer piece : payload) {
      int at = piece.position();
      while (at < piece.limit()) {
        int length = Math.min(room, piece.limit() - at);
        chunk.add(piece.slice(at, length));
        at += length;
        room -= length;
        if (room == 0) {
          frames.addAll(PAYLOAD_CHUNK.around(chunk));
          chunk.clear();
          room = MAX_CHUNK_BYTES;
        }
      }
    }
    if (!chunk.isEmpty()) {
      frames.addAll(PAYLOAD_CHUNK.around(chunk));
    }
    return frames;
  }

  /** Returns the frame that ends a response. */
  static List<ByteBuffer> complete(InvokeComplete end) {
    return INVOKE_COMPLETE.around(List.of(ByteBuffer.wrap(end.json())));
  }

  /**
   * Returns the frame that ends a response because Rapid itself failed.
   *
   * @param message one line for people
   */
  static List<ByteBuffer> internalFailure(String message) {
    return EventStreamFrame.plain()
        .with(":message-type", "error")
        .with(":error-code", "InternalFailure")
        .with(
            ":error-message", message.substring(0, Math.min(message.length(), MAX_MESSAGE_LENGTH)))
        .around(List.of());
  }
}
