package dev.rapid.telemetry.format;

import dev.rapid.lambda.Utf8Buffer;

/**
 * Makes the records that report lost records (contract runtime-extensions-telemetry, section 4.6).
 */
public final class LossRecords {

  private LossRecords() {}

  /**
   * Appends a {@code platform.logsDropped}, and a newline.
   *
   * @param droppedRecords how many were lost
   * @param droppedBytes their length in bytes together
   * @param reason the reason
   */
  public static void append(
      long droppedRecords, long droppedBytes, String reason, long epochMillis, Utf8Buffer records) {
    JsonFormat.begin(records, epochMillis, "platform.logsDropped");
    records.put("{\"droppedBytes\":").put(droppedBytes);
    records.put(",\"droppedRecords\":").put(droppedRecords);
    records.put(",\"reason\":").putJson(reason).put('}');
    JsonFormat.end(records);
  }
}
