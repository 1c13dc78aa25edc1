package dev.rapid.telemetry.subscription;

import dev.rapid.core.function.SandboxIdentity;
import dev.rapid.lambda.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record for people, who get all records.
 *
 * @param epochMillis the time of its event or line
 * @param sandbox the sandbox that it tells of; null if it tells of a function as a whole, whose
 *     name is in its envelope then
 * @param requestId the invocation that a line belongs to: the one that a worker's message names, or
 *     the one that was running when the line was read. Null if there was none or if invocations
 *     share the runtime, and for the records of the platform, which say it themselves
 * @param json the record with its envelope, one line without its end; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record TelemetryRecord(
    RecordCategory category,
    long epochMillis,
    @Nullable SandboxIdentity sandbox,
    @Nullable String requestId,
    byte[] json) {

  private static final int ORIGIN_BYTES = 160;
  private static final String TYPE = "\"type\":\"";

  /** Returns what kind of record it is, for example {@code platform.report}. */
  public String type() {
    String text = new String(json, StandardCharsets.UTF_8);
    int begin = text.indexOf(TYPE) + TYPE.length();
    return text.substring(begin, text.indexOf('"', begin));
  }

  /**
   * Returns the record with its origin as the last members of its envelope: {@code requestId}, if
   * it has one, {@code function}, and {@code sandbox}.
   */
  public byte[] jsonWithOrigin() {
    if (sandbox == null) {
      return json;
    }
    Utf8Buffer line = new Utf8Buffer(json.length + ORIGIN_BYTES);
    line.put(json, 0, json.length - 1);
    if (requestId != null) {
      line.put(",\"requestId\":").putJson(requestId);
    }
    line.put(",\"function\":").putJson(sandbox.function());
    line.put(",\"sandbox\":").putJson(sandbox.name()).put('}');
    return line.toBytes();
  }
}
