package dev.rapid.azure.server;

import dev.rapid.azure.app.AppFunction;
import dev.rapid.azure.app.Binding;
import dev.rapid.azure.app.ReportedFunction;
import dev.rapid.azure.app.RetryOptions;
import dev.rapid.azure.protocol.BindingInfo;
import dev.rapid.azure.protocol.FunctionLoadRequest;
import dev.rapid.azure.protocol.RpcException;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.RpcRetryOptions;
import dev.rapid.azure.protocol.StatusResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Functions as messages (contract azure-functions-worker, sections 4.4, 6.2 and 6.3). */
final class FunctionMessages {

  private FunctionMessages() {}

  /** Returns a function as its worker described it. */
  static ReportedFunction reported(RpcFunctionMetadata metadata) {
    return new ReportedFunction(
        metadata.getFunctionId(),
        metadata.getName(),
        metadata.getDirectory(),
        metadata.getScriptFile(),
        metadata.getEntryPoint(),
        metadata.getRawBindingsList(),
        metadata.getPropertiesMap(),
        metadata.hasRetryOptions() ? retry(metadata.getRetryOptions()) : null,
        metadata.hasStatus() ? failure(metadata.getStatus()) : null);
  }

  private static AppFunction.@Nullable IndexingFailure failure(StatusResult status) {
    if (WorkerFailure.isSuccess(status)) {
      return null;
    }
    RpcException exception = status.getException();
    return new AppFunction.IndexingFailure(
        emptyToNull(exception.getType()),
        WorkerFailure.message(status),
        emptyToNull(exception.getStackTrace()));
  }

  /** Returns why a function could not be indexed as a worker says why it could not be loaded. */
  static StatusResult result(AppFunction.IndexingFailure failure) {
    RpcException.Builder exception = RpcException.newBuilder().setMessage(failure.message());
    String type = failure.type();
    String stack = failure.stack();
    if (type != null) {
      exception.setType(type);
    }
    if (stack != null) {
      exception.setStackTrace(stack);
    }
    return StatusResult.newBuilder().setException(exception).build();
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static RetryOptions retry(RpcRetryOptions options) {
    boolean fixed = options.getRetryStrategy() == RpcRetryOptions.RetryStrategy.fixed_delay;
    return new RetryOptions(
        options.getMaxRetryCount(),
        fixed ? Durations.from(options.getDelayInterval()) : null,
        fixed ? null : Durations.from(options.getMinimumInterval()),
        fixed ? null : Durations.from(options.getMaximumInterval()));
  }

  /**
   * Returns the request to load a function.
   *
   * @param reported how the worker described it, null if it did not
   */
  static FunctionLoadRequest load(AppFunction function, @Nullable RpcFunctionMetadata reported) {
    RpcFunctionMetadata.Builder metadata =
        reported == null ? described(function) : reported.toBuilder();
    for (Binding each : function.bindings()) {
      metadata.putBindings(each.name(), info(each));
    }
    return FunctionLoadRequest.newBuilder()
        .setFunctionId(function.id())
        .setMetadata(metadata)
        .build();
  }

  private static RpcFunctionMetadata.Builder described(AppFunction function) {
    RpcFunctionMetadata.Builder metadata =
        RpcFunctionMetadata.newBuilder()
            .setFunctionId(function.id())
            .setName(function.name())
            .setDirectory(function.directory())
            .setScriptFile(function.scriptFile())
            .setEntryPoint(function.entryPoint())
            .putAllProperties(function.properties());
    RetryOptions retry = function.retry();
    if (retry != null) {
      metadata.setRetryOptions(options(retry));
    }
    return metadata;
  }

  private static RpcRetryOptions options(RetryOptions retry) {
    RpcRetryOptions.Builder options =
        RpcRetryOptions.newBuilder().setMaxRetryCount(retry.maxRetryCount());
    Duration delay = retry.delay();
    Duration minimum = retry.minimum();
    Duration maximum = retry.maximum();
    if (delay != null) {
      options
          .setRetryStrategy(RpcRetryOptions.RetryStrategy.fixed_delay)
          .setDelayInterval(Durations.of(delay));
    }
    if (minimum != null) {
      options.setMinimumInterval(Durations.of(minimum));
    }
    if (maximum != null) {
      options.setMaximumInterval(Durations.of(maximum));
    }
    return options.build();
  }

  private static BindingInfo info(Binding binding) {
    return BindingInfo.newBuilder()
        .setType(binding.type())
        .setDirection(
            switch (binding.direction()) {
              case IN -> BindingInfo.Direction.in;
              case OUT -> BindingInfo.Direction.out;
              case INOUT -> BindingInfo.Direction.inout;
            })
        .setDataType(
            switch (binding.dataType()) {
              case UNDEFINED -> BindingInfo.DataType.undefined;
              case STRING -> BindingInfo.DataType.string;
              case BINARY -> BindingInfo.DataType.binary;
              case STREAM -> BindingInfo.DataType.stream;
            })
        .build();
  }
}
