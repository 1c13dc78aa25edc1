package dev.rapid.bootstrap;

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
 * What decides whether Linux can start a 64-bit little-endian ELF program.
 *
 * @param machine the processor the program was built for, a number of the ELF specification
 * @param interpreter the dynamic loader the program asks for, null if it is linked statically
 */
record ElfHeader(int machine, @Nullable String interpreter) {

  private static final int HEADER_BYTES = 64;
  private static final int MACHINE_OFFSET = 18;
  private static final int TABLE_OFFSET = 32;
  private static final int ENTRY_SIZE_OFFSET = 54;
  private static final int ENTRY_COUNT_OFFSET = 56;
  private static final int ENTRY_BYTES = 56;
  private static final int FILE_OFFSET_IN_ENTRY = 8;
  private static final int FILE_SIZE_IN_ENTRY = 32;
  private static final int INTERPRETER_ENTRY = 3;
  private static final int LONGEST_PATH = 4096;

  /** Returns the header of {@code file}, or nothing if it is another kind of file. */
  static Optional<ElfHeader> read(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer header = readAt(channel, 0, HEADER_BYTES);
      boolean elf64LittleEndian =
          header.limit() == HEADER_BYTES
              && header.getInt(0) == 0x464c457f
              && header.get(4) == 2
              && header.get(5) == 1;
      if (!elf64LittleEndian) {
        return Optional.empty();
      }
      return Optional.of(
          new ElfHeader(
              Short.toUnsignedInt(header.getShort(MACHINE_OFFSET)), interpreter(channel, header)));
    }
  }

  private static @Nullable String interpreter(SeekableByteChannel channel, ByteBuffer header)
      throws IOException {
    long table = header.getLong(TABLE_OFFSET);
    int entrySize = Short.toUnsignedInt(header.getShort(ENTRY_SIZE_OFFSET));
    int entries = Short.toUnsignedInt(header.getShort(ENTRY_COUNT_OFFSET));
    for (int i = 0; table > 0 && i < entries; i++) {
      ByteBuffer entry = readAt(channel, table + (long) i * entrySize, ENTRY_BYTES);
      if (entry.limit() < ENTRY_BYTES) {
        return null;
      }
      long offset = entry.getLong(FILE_OFFSET_IN_ENTRY);
      long size = entry.getLong(FILE_SIZE_IN_ENTRY);
      if (entry.getInt(0) == INTERPRETER_ENTRY && offset > 0 && size > 1 && size <= LONGEST_PATH) {
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
