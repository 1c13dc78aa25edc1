package dev.rapid.gateway.call;

import dev.rapid.core.invocation.Payload;
import dev.rapid.gateway.answer.ApiAnswers;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.result.HttpResult;
import dev.rapid.gateway.result.MalformedResultException;
import dev.rapid.gateway.result.RestResult;
import dev.rapid.lambda.Limits;

/** A request whose response is sent as a whole. */
final class BufferedCall extends ApiCall {

  BufferedCall(
      CallContext context, GatewayFunction function, ApiRequest request, ApiAnswers answers) {
    super(context, function, request, answers);
  }

  @Override
  long maxResponseBytes() {
    return Limits.MAX_RESPONSE_BYTES;
  }

  @Override
  void returned(Payload payload) {
    ApiResponse response;
    try {
      response =
          request.stage().isRest()
              ? RestResult.responseOf(
                  payload,
                  request.stage().api().binaryMediaTypes(),
                  request.http().header("accept"))
              : HttpResult.responseOf(payload, request.route().payload());
    } catch (MalformedResultException e) {
      malformed(e);
      return;
    } finally {
      payload.release();
    }
    answers.send(response);
  }

  @Override
  void cut() {
    throw new IllegalStateException("An answer that is sent as a whole has not begun");
  }
}
