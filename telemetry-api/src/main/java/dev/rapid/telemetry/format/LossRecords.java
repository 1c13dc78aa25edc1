package dev.rapid.telemetry.format;

import dev.rapid.lambda.Utf8Buffer;

/**
 * Makes the records that tell of lost records (contract runtime-extensions-telemetry, section 4.6).
 */
public final class LossRecords {

  private LossRecords() {}

  /**
   * Appends a {@code platform.logsDropped}, and a newline.
   *
   * @param droppedRecords how many were lost
   * @param droppedBytes how long they were together
   * @param reason why
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
