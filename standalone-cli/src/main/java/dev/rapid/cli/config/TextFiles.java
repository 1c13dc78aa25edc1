package dev.rapid.cli.config;

import dev.rapid.cli.config.value.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

/** Reads files that options name. */
final class TextFiles {

  /** More than any environment or configuration needs. */
  private static final int MAX_BYTES = 1024 * 1024;

  private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

  private TextFiles() {}

  /**
   * Returns the text of a file.
   *
   * @throws UsageException if it cannot be read, is too large or is not UTF-8
   */
  static String read(String name, ProcessContext context) {
    try {
      byte[] bytes = read(name, MAX_BYTES + 1, context);
      if (bytes.length > MAX_BYTES) {
        throw new UsageException(
            "Cannot read " + name + ": it has more than " + MAX_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(withoutByteOrderMark(bytes)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new UsageException("Cannot read " + name + ": it is not UTF-8 text");
    } catch (IOException | InvalidPathException e) {
      throw new UsageException("Cannot read " + name + ": " + FileFaults.reason(e));
    }
  }

  /** Reads at most {@code limit} bytes: some files, such as devices, have no end. */
  static byte[] read(String name, int limit, ProcessContext context) throws IOException {
    try (InputStream in = Files.newInputStream(context.directory().resolve(name))) {
      return in.readNBytes(limit);
    }
  }

  /** Removes the byte order mark that some editors write. */
  static byte[] withoutByteOrderMark(byte[] text) {
    int length = BYTE_ORDER_MARK.length;
    boolean marked =
        text.length >= length && Arrays.equals(text, 0, length, BYTE_ORDER_MARK, 0, length);
    return marked ? Arrays.copyOfRange(text, length, text.length) : text;
  }
}
