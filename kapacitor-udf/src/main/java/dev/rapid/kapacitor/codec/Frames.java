package dev.rapid.kapacitor.codec;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;

/**
 * What a frame is: the length of the message as a varint, and the message (contract kapacitor-udf,
 * section 1).
 */
public final class Frames {

  /** The longest length that is read, in bytes; forms that are longer than needed count, too. */
  static final int MAX_HEADER_BYTES = 5;

  private Frames() {}

  /** Returns how long the frame of a message is, in bytes. */
  public static long size(MessageLite message) {
    int body = message.getSerializedSize();
    return (long) CodedOutputStream.computeUInt32SizeNoTag(body) + body;
  }
}
