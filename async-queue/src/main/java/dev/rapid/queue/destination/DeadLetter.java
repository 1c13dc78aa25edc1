package dev.rapid.queue.destination;

import dev.rapid.core.queue.Settlement;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The message attributes of an event that was given up (contract invoke-api, section 4.2).
 *
 * @param code a status of HTTP: 200 if the function has failed
 * @param message the last failure, at most {@value #MAX_MESSAGE_BYTES} bytes
 */
public record DeadLetter(String requestId, int code, String message) {

  /** How many bytes of UTF-8 a message has at most. */
  static final int MAX_MESSAGE_BYTES = 1024;

  private static final int FUNCTION_FAILED = 200;
  private static final int THROTTLED = 429;

  /** Half a character at the end of what fits. */
  private static final int CONTINUATION_MASK = 0xc0;

  private static final int CONTINUATION = 0x80;

  /** One attribute of a message. */
  public record Attribute(String type, String value) {}

  static DeadLetter of(StoredEntry entry, Settlement.Dead dead, @Nullable InvocationResult result) {
    boolean ran = result != null || dead.attempts() > 0;
    String message = result == null ? null : ReportedError.of(result.payload()).message();
    if (message == null) {
      message = dead.reason();
    }
    if (message == null) {
      // Without an attempt now, the last failure is that of an earlier one.
      message =
          Objects.requireNonNullElse(entry.reason(), InvocationRecord.nameOf(dead.condition()));
    }
    return new DeadLetter(entry.requestId(), ran ? FUNCTION_FAILED : THROTTLED, cut(message));
  }

  /** Returns what an entry of a destination's lane is the dead letter of. */
  public static DeadLetter of(StoredEntry delivery) {
    Map<String, String> attributes = delivery.attributes();
    return new DeadLetter(
        delivery.requestId(),
        Integer.parseInt(attributes.getOrDefault(Attributes.ERROR_CODE, "200")),
        attributes.getOrDefault(Attributes.ERROR_MESSAGE, ""));
  }

  void putTo(Map<String, String> attributes) {
    attributes.put(Attributes.ERROR_CODE, Integer.toString(code));
    attributes.put(Attributes.ERROR_MESSAGE, message);
  }

  /** Returns the attributes of the message by name. */
  public Map<String, Attribute> attributes() {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("RequestID", new Attribute("String", requestId));
    attributes.put("ErrorCode", new Attribute("Number", Integer.toString(code)));
    attributes.put("ErrorMessage", new Attribute("String", message));
    return attributes;
  }

  private static String cut(String message) {
    byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= MAX_MESSAGE_BYTES) {
      return message;
    }
    int end = MAX_MESSAGE_BYTES;
    while ((utf8[end] & CONTINUATION_MASK) == CONTINUATION) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }
}
