package dev.rapid.runtimes.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The modes of files in an archive, which are in its directory and which {@link
 * java.util.zip.ZipFile} does not tell. Names and numbers are those of the ZIP specification
 * (APPNOTE).
 */
final class ZipModes {

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int END_64_BYTES = 56;
  private static final int FILE = 0x02014b50;
  private static final int FILE_BYTES = 46;
  private static final long IN_64 = 0xffffffffL;
  private static final int MAX_DIRECTORY_BYTES = 512 * 1024 * 1024;

  private ZipModes() {}

  /** Returns the mode of each entry that has one, by its name. */
  static Map<String, Integer> read(Path archive) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(archive)) {
      return modes(directory(channel, archive));
    }
  }

  private static ByteBuffer directory(SeekableByteChannel channel, Path archive)
      throws IOException {
    long tailStart = Math.max(0, channel.size() - END_BYTES - MAX_COMMENT_BYTES);
    ByteBuffer tail = readAt(channel, tailStart, (int) (channel.size() - tailStart));
    int end = tail.limit() - END_BYTES;
    while (end >= 0 && tail.getInt(end) != END) {
      end--;
    }
    if (end < 0) {
      throw new IOException(archive + " is no ZIP archive");
    }
    long size = Integer.toUnsignedLong(tail.getInt(end + 12));
    long start = Integer.toUnsignedLong(tail.getInt(end + 16));
    long endAt = tailStart + end;
    if ((size == IN_64 || start == IN_64) && endAt >= LOCATOR_64_BYTES) {
      ByteBuffer locator = readAt(channel, endAt - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
      if (locator.getInt(0) == LOCATOR_64) {
        endAt = locator.getLong(8);
        ByteBuffer end64 = readAt(channel, endAt, END_64_BYTES);
        if (end64.getInt(0) != END_64) {
          throw new IOException(archive + " has a damaged directory");
        }
        size = end64.getLong(40);
      }
    }
    if (size > MAX_DIRECTORY_BYTES || size > endAt) {
      throw new IOException(archive + " has a damaged directory");
    }
    // From the end, because a program may stand before the archive.
    return readAt(channel, endAt - size, (int) size);
  }

  private static Map<String, Integer> modes(ByteBuffer directory) {
    Map<String, Integer> modes = new HashMap<>();
    int at = 0;
    while (at + FILE_BYTES <= directory.limit() && directory.getInt(at) == FILE) {
      int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
      int extraBytes = Short.toUnsignedInt(directory.getShort(at + 30));
      int commentBytes = Short.toUnsignedInt(directory.getShort(at + 32));
      int mode = directory.getInt(at + 38) >>> 16;
      if (at + FILE_BYTES + nameBytes > directory.limit()) {
        break;
      }
      byte[] name = new byte[nameBytes];
      directory.get(at + FILE_BYTES, name);
      if (mode != 0) {
        modes.put(new String(name, StandardCharsets.UTF_8), mode);
      }
      at += FILE_BYTES + nameBytes + extraBytes + commentBytes;
    }
    return modes;
  }

  private static ByteBuffer readAt(SeekableByteChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(position);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("The archive ends in its directory");
      }
    }
    return buffer.flip();
  }
}
