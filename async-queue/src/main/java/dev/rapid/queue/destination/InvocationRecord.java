package dev.rapid.queue.destination;

import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.queue.Settlement;
import dev.rapid.lambda.JsonStreams;
import dev.rapid.lambda.Utf8Buffer;
import dev.rapid.queue.store.Attributes;
import dev.rapid.queue.store.StoredEntry;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The record of an invocation that has ended (contract invoke-api, section 4.1). It is one line, so
 * that a file of records is NDJSON.
 */
final class InvocationRecord {

  private static final int CAPACITY = 512;
  private static final byte[] NO_EVENT = "{}".getBytes(StandardCharsets.UTF_8);

  private InvocationRecord() {}

  /**
   * Returns the record.
   *
   * @param entry the invocation
   * @param settlement {@link Settlement.Done} or {@link Settlement.Dead}
   * @param result what the last attempt has answered, null if none has run
   * @param nowMillis when it has ended, milliseconds since 1970
   */
  static byte[] of(
      StoredEntry entry, Settlement settlement, @Nullable InvocationResult result, long nowMillis) {
    byte[] event = entry.payload().length == 0 ? NO_EVENT : entry.payload();
    int resultBytes = result == null ? 0 : result.payload().length;
    Utf8Buffer json = new Utf8Buffer(CAPACITY + event.length + resultBytes);
    json.put("{\"version\":\"1.0\",\"timestamp\":\"").putTime(nowMillis);
    json.put("\",\"requestContext\":{\"requestId\":").putJson(entry.requestId());
    json.put(",\"functionArn\":").putJson(qualifiedArn(entry));
    json.put(",\"condition\":\"").put(condition(settlement));
    json.put("\",\"approximateInvokeCount\":").put(attempts(entry, settlement));
    json.put("},\"requestPayload\":");
    CompactJson.put(event, json);
    if (result != null) {
      putResponse(json, result);
    }
    return json.put('}').toBytes();
  }

  private static void putResponse(Utf8Buffer json, InvocationResult result) {
    json.put(",\"responseContext\":{\"statusCode\":200,\"executedVersion\":");
    json.putJson(result.executedVersion());
    if (result.functionError() != null) {
      json.put(",\"functionError\":").putJson(result.functionError());
    }
    json.put('}');
    if (result.payload().length == 0) {
      return;
    }
    if (JsonStreams.isJson(result.payload())) {
      json.put(",\"responsePayload\":");
      CompactJson.put(result.payload(), json);
    } else {
      json.put(
          ",\"deliveryError\":{\"statusCode\":400,"
              + "\"errorCode\":\"InvalidRequestContentException\"}");
    }
  }

  /** Returns the ARN of the function with the qualifier that it always has in records. */
  static String qualifiedArn(StoredEntry entry) {
    String arn = entry.attributes().getOrDefault(Attributes.INVOKED_ARN, entry.function());
    String qualifier =
        entry.attributes().getOrDefault(Attributes.QUALIFIER, FunctionIdentity.LATEST);
    return arn.endsWith(":" + qualifier) ? arn : arn + ":" + qualifier;
  }

  private static String condition(Settlement settlement) {
    return settlement instanceof Settlement.Dead dead ? nameOf(dead.condition()) : "Success";
  }

  /** Returns how records name a condition. */
  static String nameOf(Settlement.Condition condition) {
    return switch (condition) {
      case RETRIES_EXHAUSTED -> "RetriesExhausted";
      case EVENT_AGE_EXCEEDED -> "EventAgeExceeded";
      case ZERO_RESERVED_CONCURRENCY -> "ZeroReservedConcurrency";
    };
  }

  private static int attempts(StoredEntry entry, Settlement settlement) {
    return settlement instanceof Settlement.Dead dead ? dead.attempts() : entry.attempts() + 1;
  }
}
