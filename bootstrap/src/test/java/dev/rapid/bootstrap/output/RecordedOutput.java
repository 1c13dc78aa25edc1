package dev.rapid.bootstrap.output;

import static org.awaitility.Awaitility.await;

import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a process wrote. */
public final class RecordedOutput implements OutputListener {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Message> messages = new ArrayList<>();
  private final ByteArrayOutputStream inOrder = new ByteArrayOutputStream();
  private final List<Long> marks = new ArrayList<>();
  private volatile boolean ended;

  /** One message of a framed log. */
  public record Message(String text, long epochMicros, @Nullable ApplicationLogLevel level) {}

  @Override
  public synchronized void output(byte[] source, int offset, int length) {
    bytes.write(source, offset, length);
    inOrder.write(source, offset, length);
  }

  @Override
  public synchronized void message(
      byte[] source,
      int offset,
      int length,
      long epochMicros,
      @Nullable ApplicationLogLevel level) {
    String text = new String(source, offset, length, StandardCharsets.UTF_8);
    messages.add(new Message(text, epochMicros, level));
    inOrder.writeBytes(("[" + text + "]").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public synchronized void reached(long mark) {
    marks.add(mark);
    inOrder.writeBytes(("<" + mark + ">").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void ended() {
    ended = true;
  }

  public boolean hasEnded() {
    return ended;
  }

  public synchronized String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Returns output, messages in brackets, and marks in angle brackets, as they came. */
  public synchronized String inOrder() {
    return inOrder.toString(StandardCharsets.UTF_8);
  }

  public synchronized List<Long> marks() {
    return List.copyOf(marks);
  }

  public synchronized List<Message> messages() {
    return List.copyOf(messages);
  }

  synchronized int messageCount() {
    return messages.size();
  }

  public synchronized int size() {
    return bytes.size();
  }

  /** Waits for a whole line that begins with {@code key} and returns the number behind it. */
  public long awaitNumber(String key) {
    return Long.parseLong(
        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> valueOf(key), value -> !value.isEmpty()));
  }

  private String valueOf(String key) {
    return text()
        .lines()
        // The last line may still be growing.
        .limit(text().chars().filter(c -> c == '\n').count())
        .filter(line -> line.startsWith(key + " "))
        .map(line -> line.substring(key.length() + 1))
        .findFirst()
        .orElse("");
  }
}
