package dev.rapid.telemetry.delivery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records that are sent together, kept as they are on the wire: a few large arrays instead of an
 * object for each record.
 */
final class Batch {

  private static final int FIRST_BYTES = 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Framing framing;
  private final List<byte[]> full = new ArrayList<>(0);
  private byte[] chunk = new byte[FIRST_BYTES];
  private int used;
  private int records;
  private long recordBytes;
  private final List<Loss> told = new ArrayList<>(0);
  private long toldBytes;

  Batch(Framing framing) {
    this.framing = framing;
  }

  /** Adds a record, without a line break at its end. */
  void add(byte[] bytes, int offset, int length) {
    put(framing.before(records == 0));
    put(bytes, offset, length);
    records++;
    recordBytes += length;
  }

  /** Adds a record that reports a loss. */
  void add(Loss loss, byte[] bytes, int offset, int length) {
    add(bytes, offset, length);
    told.add(loss);
    toldBytes += length;
  }

  private void put(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      if (used == chunk.length) {
        makeRoom(1);
      }
      chunk[used++] = (byte) ascii.charAt(i);
    }
  }

  private void put(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (used == chunk.length) {
        makeRoom(left);
      }
      int count = Math.min(left, chunk.length - used);
      System.arraycopy(bytes, from, chunk, used, count);
      used += count;
      from += count;
      left -= count;
    }
  }

  private void makeRoom(int wanted) {
    if (chunk.length < CHUNK_BYTES) {
      chunk =
          Arrays.copyOf(chunk, Math.min(CHUNK_BYTES, Math.max(2 * chunk.length, used + wanted)));
    } else {
      full.add(chunk);
      chunk = new byte[CHUNK_BYTES];
      used = 0;
    }
  }

  /** Returns how many records there are. */
  int records() {
    return records;
  }

  /** Returns the length of the records together in bytes, without separators. */
  long recordBytes() {
    return recordBytes;
  }

  /** Returns what is lost with this batch, without its loss reports. */
  Loss lostBecause(String reason) {
    return new Loss(reason, records - told.size(), recordBytes - toldBytes);
  }

  /** Returns the losses that this batch reports. */
  List<Loss> told() {
    return told;
  }

  /** Returns the bytes to send. The batch is complete: no record may be added afterwards. */
  ByteBuffer[] body() {
    ByteBuffer[] body = new ByteBuffer[full.size() + 2];
    for (int i = 0; i < full.size(); i++) {
      body[i] = ByteBuffer.wrap(full.get(i));
    }
    body[full.size()] = ByteBuffer.wrap(chunk, 0, used);
    body[full.size() + 1] = ByteBuffer.wrap(framing.closing().getBytes(StandardCharsets.US_ASCII));
    return body;
  }
}
