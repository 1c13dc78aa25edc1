package dev.rapid.telemetry.subscription;

import dev.rapid.lambda.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record for people, who get all records.
 *
 * @param epochMillis the time of its event or line
 * @param requestId the invocation that a line of output belongs to: the one that was running when
 *     the line was read. Null if there was none, and for the records of the platform, which say it
 *     themselves
 * @param json the record with its envelope, one line without its end; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TelemetryRecord(
    RecordCategory category, long epochMillis, @Nullable String requestId, byte[] json) {

  private static final String TYPE = "\"type\":\"";

  /** Returns what kind of record it is, for example {@code platform.report}. */
  public String type() {
    String text = new String(json, StandardCharsets.UTF_8);
    int begin = text.indexOf(TYPE) + TYPE.length();
    return text.substring(begin, text.indexOf('"', begin));
  }

  /**
   * Returns the record with {@code requestId} as the last member of its envelope, if it has one.
   */
  public byte[] jsonWithRequestId() {
    if (requestId == null) {
      return json;
    }
    Utf8Buffer line = new Utf8Buffer(json.length + requestId.length() + 20);
    line.put(json, 0, json.length - 1).put(",\"requestId\":").putJson(requestId).put('}');
    return line.toBytes();
  }
}
