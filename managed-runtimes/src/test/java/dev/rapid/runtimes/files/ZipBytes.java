package dev.rapid.runtimes.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes archives with modes, which the JDK does not. Its entries are not compressed. */
final class ZipBytes {

  private static final int UTF_8_NAMES = 0x800;
  private static final int MADE_ON_UNIX = (3 << 8) | 20;

  private record Entry(String name, String content, int mode, int at) {}

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<Entry> entries = new ArrayList<>();

  /**
   * Adds an entry.
   *
   * @param mode type and permissions; 0 for none
   */
  ZipBytes add(String name, int mode, String content) {
    Entry entry = new Entry(name, content, mode, out.size());
    entries.add(entry);
    numbers(4, 0x04034b50);
    numbers(2, 20);
    common(entry);
    out.writeBytes(bytes(name));
    out.writeBytes(bytes(content));
    return this;
  }

  Path write(Path file) throws IOException {
    int start = out.size();
    for (Entry entry : entries) {
      numbers(4, 0x02014b50);
      numbers(2, MADE_ON_UNIX, 20);
      common(entry);
      numbers(2, 0, 0, 0);
      numbers(4, entry.mode << 16, entry.at);
      out.writeBytes(bytes(entry.name));
    }
    int size = out.size() - start;
    numbers(4, 0x06054b50, 0);
    numbers(2, entries.size(), entries.size());
    numbers(4, size, start);
    numbers(2, 0);
    return Files.write(file, out.toByteArray());
  }

  /** Writes what both headers of an entry have: flags, method, time, sizes, lengths. */
  private void common(Entry entry) {
    byte[] content = bytes(entry.content);
    CRC32 crc = new CRC32();
    crc.update(content);
    numbers(2, UTF_8_NAMES, 0, 0, 0);
    numbers(4, (int) crc.getValue(), content.length, content.length);
    numbers(2, bytes(entry.name).length, 0);
  }

  private void numbers(int size, int... numbers) {
    for (int number : numbers) {
      for (int i = 0; i < size; i++) {
        out.write(number >>> (8 * i));
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
