package dev.rapid.http;

import java.nio.ByteBuffer;

/** Looks at the bytes of a body while it is being read, when they are still in the cache. */
@FunctionalInterface
public interface BodyInspector {

  /** Looks at nothing. */
  BodyInspector NONE = piece -> {};

  /** Takes the next piece; its position and limit must be left unchanged. */
  void inspect(ByteBuffer piece);
}
