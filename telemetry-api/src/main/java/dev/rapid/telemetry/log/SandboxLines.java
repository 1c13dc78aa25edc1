package dev.rapid.telemetry.log;

import dev.rapid.lambda.Utf8Buffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one sandbox in a log that it may share with others. They have a label as soon as the
 * log has one for them; without a label they are written as they are.
 */
final class SandboxLines {

  private static final int LABEL_BYTES = 64;

  private final LineWriter writer;
  private final Supplier<@Nullable LogLabel> label;

  SandboxLines(LineWriter writer, Supplier<@Nullable LogLabel> label) {
    this.writer = writer;
    this.label = label;
  }

  /** Returns whether lines have a label now. Then they have one for good. */
  boolean areLabelled() {
    return label.get() != null;
  }

  /** Returns whether output has room, as {@link LineWriter#hasRoom}. */
  boolean hasRoom() {
    return writer.hasRoom();
  }

  /** Takes output without a label, as {@link LineWriter#output}. */
  void output(byte[] bytes, int offset, int length) {
    writer.output(bytes, offset, length);
  }

  /** Takes whole lines of output, as {@link LineWriter#message}. */
  void message(byte[] bytes, int offset, int length, boolean json) {
    LogLabel own = label.get();
    if (own == null) {
      writer.message(bytes, offset, length);
    } else {
      Utf8Buffer lines = labelled(own, bytes, offset, length, json);
      writer.message(lines.array(), 0, lines.length());
    }
  }

  /** Takes whole lines of the platform, as {@link LineWriter#lines}. */
  void lines(byte[] bytes, int offset, int length, boolean json) {
    LogLabel own = label.get();
    if (own == null) {
      boolean unused = writer.lines(bytes, offset, length);
    } else {
      Utf8Buffer lines = labelled(own, bytes, offset, length, json);
      boolean unused = writer.lines(lines.array(), 0, lines.length());
    }
  }

  private static Utf8Buffer labelled(
      LogLabel label, byte[] bytes, int offset, int length, boolean json) {
    Utf8Buffer lines = new Utf8Buffer(length + LABEL_BYTES);
    label.append(bytes, offset, length, json, lines);
    return lines;
  }

  /** Ends an incomplete line of output without a label. */
  void endLine() {
    writer.endLine();
  }
}
