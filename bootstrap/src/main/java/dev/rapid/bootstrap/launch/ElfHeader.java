package dev.rapid.bootstrap.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What decides whether Linux can start an ELF program.
 *
 * @param machine the processor the program was built for, a number of the ELF specification; 0 if
 *     the header ends before
 * @param program whether it is a program whose tables Linux can read, and not an object file, for
 *     example, or one that was cut off; always true for those that are not 64-bit little-endian
 * @param interpreter the dynamic loader the program asks for, null if it is linked statically
 */
record ElfHeader(int machine, boolean program, @Nullable String interpreter) {

  static final int HEADER_BYTES = 64;
  static final int ENTRY_BYTES = 56;

  private static final int MAGIC = 0x464c457f;
  private static final int CLASS_OFFSET = 4;
  private static final int DATA_OFFSET = 5;
  private static final int TYPE_OFFSET = 16;
  private static final int MACHINE_OFFSET = 18;
  private static final int TABLE_OFFSET = 32;
  private static final int ENTRY_SIZE_OFFSET = 54;
  private static final int ENTRY_COUNT_OFFSET = 56;
  private static final int FILE_OFFSET_IN_ENTRY = 8;
  private static final int FILE_SIZE_IN_ENTRY = 32;
  private static final int MIN_HEADER_BYTES = MACHINE_OFFSET + Short.BYTES;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int BIG_ENDIAN = 2;
  private static final int EXECUTABLE = 2;
  private static final int POSITION_INDEPENDENT = 3;
  private static final int INTERPRETER_ENTRY = 3;
  private static final int MAX_PATH_BYTES = 4096;

  /** Returns the header of {@code file}, or nothing if it is another kind of file. */
  static Optional<ElfHeader> read(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer header = readAt(channel, 0, HEADER_BYTES);
      if (header.limit() < Integer.BYTES || header.getInt(0) != MAGIC) {
        return Optional.empty();
      }
      if (header.limit() < MIN_HEADER_BYTES) {
        return Optional.of(new ElfHeader(0, false, null));
      }
      boolean littleEndian = header.get(DATA_OFFSET) == LITTLE_ENDIAN;
      header.order(
          header.get(DATA_OFFSET) == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int machine = Short.toUnsignedInt(header.getShort(MACHINE_OFFSET));
      if (!littleEndian || header.get(CLASS_OFFSET) != CLASS_64) {
        return Optional.of(new ElfHeader(machine, true, null));
      }
      if (!isProgram(header, channel.size())) {
        return Optional.of(new ElfHeader(machine, false, null));
      }
      return Optional.of(new ElfHeader(machine, true, interpreter(channel, header)));
    }
  }

  private static boolean isProgram(ByteBuffer header, long fileSize) {
    if (header.limit() < HEADER_BYTES) {
      return false;
    }
    int type = header.getShort(TYPE_OFFSET);
    long table = header.getLong(TABLE_OFFSET);
    int entries = Short.toUnsignedInt(header.getShort(ENTRY_COUNT_OFFSET));
    return (type == EXECUTABLE || type == POSITION_INDEPENDENT)
        && header.getShort(ENTRY_SIZE_OFFSET) == ENTRY_BYTES
        && entries > 0
        && table >= 0
        && table <= fileSize - (long) entries * ENTRY_BYTES;
  }

  private static @Nullable String interpreter(SeekableByteChannel channel, ByteBuffer header)
      throws IOException {
    long table = header.getLong(TABLE_OFFSET);
    int entries = Short.toUnsignedInt(header.getShort(ENTRY_COUNT_OFFSET));
    for (int i = 0; i < entries; i++) {
      ByteBuffer entry = readAt(channel, table + (long) i * ENTRY_BYTES, ENTRY_BYTES);
      if (entry.limit() < ENTRY_BYTES) {
        return null;
      }
      long offset = entry.getLong(FILE_OFFSET_IN_ENTRY);
      long size = entry.getLong(FILE_SIZE_IN_ENTRY);
      if (entry.getInt(0) == INTERPRETER_ENTRY
          && offset > 0
          && size > 1
          && size <= MAX_PATH_BYTES) {
        ByteBuffer path = readAt(channel, offset, (int) size);
        String text = StandardCharsets.UTF_8.decode(path).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
      }
    }
    return null;
  }

  /** Returns up to {@code length} bytes; fewer only at the end of the file. */
  private static ByteBuffer readAt(SeekableByteChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(position);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // One read may bring less than was asked for.
    }
    return buffer.flip();
  }
}
