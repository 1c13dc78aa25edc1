package dev.rapid.lambda.event;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the prelude of a streamed HTTP response: bytes of JSON, then eight zero bytes (contract
 * invoke-api, section 5.4). The stream may come in pieces of any length.
 */
public final class ResponsePrelude {

  /** The content type of a stream that begins with a prelude. */
  public static final String CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";

  private static final int DELIMITER_BYTES = 8;

  private final int maxBytes;
  private final ByteArrayOutputStream json = new ByteArrayOutputStream();
  private int zeros;

  /** Thrown if a stream does not begin with a prelude. The message is for people. */
  public static final class MalformedException extends Exception {

    private static final long serialVersionUID = 1;

    private MalformedException(String message) {
      super(message, null, false, false);
    }
  }

  /** Creates the reader of a stream whose prelude has at most {@code maxBytes}. */
  public ResponsePrelude(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns whether a stream of this content type, null if it has none, begins with a prelude. */
  public static boolean isDeclaredBy(@Nullable String contentType) {
    return contentType != null && MediaTypes.withoutParameters(contentType).equals(CONTENT_TYPE);
  }

  /**
   * Takes the next piece of the stream.
   *
   * @param bytes read up to the end of the prelude; the remaining bytes begin the body
   * @return the JSON if the prelude is complete, null if it is not
   * @throws MalformedException if the prelude is too long or ends in the wrong way
   */
  public byte @Nullable [] accept(ByteBuffer bytes) throws MalformedException {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == 0) {
        if (++zeros == DELIMITER_BYTES) {
          return json.toByteArray();
        }
      } else if (zeros > 0) {
        throw new MalformedException(
            "The prelude is followed by " + zeros + " zero bytes instead of " + DELIMITER_BYTES);
      } else if (json.size() == maxBytes) {
        throw new MalformedException(
            "The prelude is longer than " + maxBytes + " bytes or has no end");
      } else {
        json.write(next);
      }
    }
    return null;
  }

  /** Says that a stream ended inside its prelude. */
  public static String unfinished() {
    return "The stream ended before the " + DELIMITER_BYTES + " zero bytes behind its prelude";
  }
}
