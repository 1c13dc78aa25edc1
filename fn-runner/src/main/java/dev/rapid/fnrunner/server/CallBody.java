package dev.rapid.fnrunner.server;

import com.google.protobuf.ByteString;

/** The body of a call, as it arrives. Calls come one after the other, from gRPC. */
interface CallBody {

  /** Takes the bytes of the next frame. */
  void frame(ByteString bytes);

  /** There are no more frames. */
  void complete();

  /** The caller has gone, or has broken the protocol. Nothing follows. */
  void truncated();
}
