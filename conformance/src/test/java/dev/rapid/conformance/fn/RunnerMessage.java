package dev.rapid.conformance.fn;

import java.util.List;

/** What a runner says about a call (contract fn-runner, section 1.3). */
sealed interface RunnerMessage {

  /** One value of a header. */
  record Header(String key, String value) {}

  /** The answer begins. */
  record ResultStart(int status, List<Header> headers) implements RunnerMessage {}

  /** Bytes of the answer's body. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Data(byte[] bytes, boolean eof) implements RunnerMessage {}

  /** The call has ended. Durations are in nanoseconds. */
  record Finished(
      boolean success,
      String details,
      int errorCode,
      String errorText,
      String createdAt,
      String startedAt,
      String completedAt,
      long schedulerDuration,
      long executionDuration,
      boolean errorUser,
      String image,
      long createDuration,
      long initDuration)
      implements RunnerMessage {}
}
