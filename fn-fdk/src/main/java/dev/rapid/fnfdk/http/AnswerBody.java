package dev.rapid.fnfdk.http;

import io.netty.buffer.ByteBuf;

/** What becomes of the body of a worker's answer. Each ends with one {@link Call#ended}. */
interface AnswerBody {

  /** Takes the next bytes, and releases them some time. */
  void add(ByteBuf bytes);

  /** The body has all that was announced. */
  void complete();

  /** The body ended before its announced end. */
  void brokeOff();

  /** The sandbox wants no more of it. */
  void abort();

  /** Returns whether there is room for more bytes now. */
  boolean wantsMore();
}
