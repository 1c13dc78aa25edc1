package dev.rapid.conformance.azure.fake;

import dev.rapid.azure.protocol.FunctionLoadResponse;
import dev.rapid.azure.protocol.InvocationResponse;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.StartStream;
import dev.rapid.azure.protocol.StatusResult;
import dev.rapid.azure.protocol.StreamingMessage;
import dev.rapid.azure.protocol.TypedData;
import dev.rapid.azure.protocol.WorkerInitResponse;
import java.util.Map;

/** Messages that workers send. */
public final class Messages {

  public static final StatusResult SUCCESS = status(StatusResult.Status.Success);

  private Messages() {}

  private static StatusResult status(StatusResult.Status status) {
    return StatusResult.newBuilder().setStatus(status).build();
  }

  /** Returns a failure with an exception as workers describe it. */
  public static StatusResult failure(String type, String message, String stack) {
    return StatusResult.newBuilder()
        .setStatus(StatusResult.Status.Failure)
        .setException(
            RpcException.newBuilder().setType(type).setMessage(message).setStackTrace(stack))
        .build();
  }

  public static StatusResult cancelled(String text) {
    return status(StatusResult.Status.Cancelled).toBuilder().setResult(text).build();
  }

  public static StreamingMessage.Builder startStream(String workerId) {
    return StreamingMessage.newBuilder()
        .setStartStream(StartStream.newBuilder().setWorkerId(workerId));
  }

  public static StreamingMessage.Builder initResponse(
      StatusResult result, Map<String, String> capabilities) {
    return StreamingMessage.newBuilder()
        .setWorkerInitResponse(
            WorkerInitResponse.newBuilder().setResult(result).putAllCapabilities(capabilities));
  }

  public static StreamingMessage.Builder loadResponse(String functionId, StatusResult result) {
    return StreamingMessage.newBuilder().setFunctionLoadResponse(loaded(functionId, result));
  }

  public static FunctionLoadResponse loaded(String functionId, StatusResult result) {
    return FunctionLoadResponse.newBuilder().setFunctionId(functionId).setResult(result).build();
  }

  public static StreamingMessage.Builder response(InvocationResponse.Builder response) {
    return StreamingMessage.newBuilder().setInvocationResponse(response);
  }

  /** Returns the answer of a function that returned a value. */
  public static StreamingMessage.Builder response(String invocationId, TypedData value) {
    return response(
        InvocationResponse.newBuilder()
            .setInvocationId(invocationId)
            .setResult(SUCCESS)
            .setReturnValue(value));
  }

  /** Returns the answer of a function that returned nothing. */
  public static StreamingMessage.Builder response(String invocationId, StatusResult result) {
    return response(
        InvocationResponse.newBuilder().setInvocationId(invocationId).setResult(result));
  }

  public static TypedData string(String text) {
    return TypedData.newBuilder().setString(text).build();
  }

  public static TypedData json(String text) {
    return TypedData.newBuilder().setJson(text).build();
  }

  public static TypedData http(int status, TypedData body) {
    return TypedData.newBuilder()
        .setHttp(RpcHttp.newBuilder().setStatusCode(String.valueOf(status)).setBody(body))
        .build();
  }

  public static StreamingMessage.Builder log(
      String invocationId, RpcLog.RpcLogCategory category, RpcLog.Level level, String text) {
    return StreamingMessage.newBuilder()
        .setRpcLog(
            RpcLog.newBuilder()
                .setInvocationId(invocationId)
                .setLogCategory(category)
                .setLevel(level)
                .setMessage(text));
  }
}
