package dev.rapid.queue.delivery;

import dev.rapid.core.queue.AttemptResult;
import dev.rapid.queue.AttemptRunner;
import dev.rapid.queue.store.StoredEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends deliveries to a file, one line each. A delivery has succeeded when its line is on the
 * disk; deliveries that come meanwhile share the next sync. The file is opened anew each time, so
 * that it may be moved away, and locked, so that several Rapids may share it.
 */
final class FileDelivery implements AttemptRunner {

  private static final Logger LOG = System.getLogger(FileDelivery.class.getName());

  private final Path file;
  private final List<Line> waiting = new ArrayList<>();
  private boolean writing;

  FileDelivery(Path file) {
    this.file = file;
  }

  private record Line(StoredEntry entry, Ended ended) {}

  @Override
  public void run(StoredEntry entry, Ended ended) {
    synchronized (waiting) {
      waiting.add(new Line(entry, ended));
      if (writing) {
        return;
      }
      writing = true;
    }
    Thread.ofVirtual().name("rapid-file-delivery").start(this::writeAll);
  }

  private void writeAll() {
    for (List<Line> lines = take(); !lines.isEmpty(); lines = take()) {
      AttemptResult result = written(lines);
      for (Line line : lines) {
        line.ended().ended(result, null);
      }
    }
  }

  private List<Line> take() {
    synchronized (waiting) {
      List<Line> lines = List.copyOf(waiting);
      waiting.clear();
      writing = !lines.isEmpty();
      return lines;
    }
  }

  private AttemptResult written(List<Line> lines) {
    try {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (Line line : lines) {
        text.writeBytes(DeadLetterJson.of(line.entry()));
        text.write('\n');
      }
      append(text.toByteArray());
      return new AttemptResult.Succeeded();
    } catch (IOException e) {
      return new AttemptResult.NotRun("cannot write " + file + ": " + reason(e));
    } catch (OverlappingFileLockException e) {
      return new AttemptResult.NotRun("cannot write " + file + ": it is locked");
    } catch (RuntimeException e) {
      // A bug; without a result no other line would ever be written.
      LOG.log(Level.ERROR, "A delivery to " + file + " has failed", e);
      return new AttemptResult.Failed(e.toString());
    }
  }

  /** Returns what is wrong; the messages of some exceptions are only the name of the file. */
  private static String reason(IOException exception) {
    return switch (exception) {
      case NoSuchFileException e -> "its directory does not exist";
      case AccessDeniedException e -> "permission denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(exception.getMessage());
    };
  }

  private void append(byte[] text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      // Until the file is closed.
      FileLock unused = channel.lock();
      long before = channel.size();
      try {
        if (!endsWithLine(before)) {
          // A writer ended in the middle of a line.
          writeFully(channel, new byte[] {'\n'});
        }
        writeFully(channel, text);
        channel.force(false);
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
    }
  }

  private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private boolean endsWithLine(long size) throws IOException {
    if (size == 0) {
      return true;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.read(last, size - 1) != 1 || last.get(0) == '\n';
    }
  }
}
