package dev.rapid.kapacitor.agent;

import com.google.protobuf.ByteString;
import dev.rapid.kapacitor.EdgeType;
import dev.rapid.kapacitor.UdfExposure;
import dev.rapid.kapacitor.json.DeclaredOptions;
import dev.rapid.kapacitor.protocol.ErrorResponse;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.InitResponse;
import dev.rapid.kapacitor.protocol.KeepaliveResponse;
import dev.rapid.kapacitor.protocol.Response;
import dev.rapid.kapacitor.protocol.RestoreResponse;
import dev.rapid.kapacitor.protocol.SnapshotResponse;
import org.jspecify.annotations.Nullable;

/** The answers of an agent (contract kapacitor-udf, section 2). */
final class Answers {

  private Answers() {}

  static Response info(UdfExposure exposure) {
    return Response.newBuilder()
        .setInfo(
            InfoResponse.newBuilder()
                .setWants(wireType(exposure.wants()))
                .setProvides(wireType(exposure.provides()))
                .putAllOptions(new DeclaredOptions(exposure.options()).info()))
        .build();
  }

  private static dev.rapid.kapacitor.protocol.EdgeType wireType(EdgeType type) {
    return switch (type) {
      case STREAM -> dev.rapid.kapacitor.protocol.EdgeType.STREAM;
      case BATCH -> dev.rapid.kapacitor.protocol.EdgeType.BATCH;
    };
  }

  /**
   * Returns the answer to Init.
   *
   * @param reason why it failed, null if it succeeded
   */
  static Response init(@Nullable String reason) {
    InitResponse.Builder init = InitResponse.newBuilder().setSuccess(reason == null);
    if (reason != null) {
      init.setError(reason);
    }
    return Response.newBuilder().setInit(init).build();
  }

  static Response keepalive(long time) {
    return Response.newBuilder().setKeepalive(KeepaliveResponse.newBuilder().setTime(time)).build();
  }

  static Response snapshot(ByteString state) {
    return Response.newBuilder()
        .setSnapshot(SnapshotResponse.newBuilder().setSnapshot(state))
        .build();
  }

  /**
   * Returns the answer to Restore.
   *
   * @param reason why it failed, null if it succeeded
   */
  static Response restore(@Nullable String reason) {
    RestoreResponse.Builder restore = RestoreResponse.newBuilder().setSuccess(reason == null);
    if (reason != null) {
      restore.setError(reason);
    }
    return Response.newBuilder().setRestore(restore).build();
  }

  static Response error(FunctionFailure failure) {
    return Response.newBuilder()
        .setError(ErrorResponse.newBuilder().setError(failure.text()))
        .build();
  }
}
