package dev.rapid.gateway.call;

import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseHead;
import dev.rapid.core.invocation.ResponseSource;
import dev.rapid.core.invocation.StreamingSink;
import dev.rapid.core.shaping.Pacer;
import dev.rapid.gateway.answer.ApiAnswers;
import dev.rapid.gateway.function.GatewayFunction;
import dev.rapid.gateway.request.ApiRequest;
import dev.rapid.gateway.request.ApiResponse;
import dev.rapid.gateway.result.MalformedResultException;
import dev.rapid.gateway.result.RestResult;
import dev.rapid.http.answer.Answers;
import dev.rapid.http.answer.IoTasks;
import dev.rapid.http.answer.StreamedAnswer;
import dev.rapid.lambda.event.PayloadTail;
import dev.rapid.lambda.event.ResponsePrelude;
import io.undertow.util.HeaderMap;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A request to a streamed route of a REST API (contract http-front-door, section 5.5). */
final class StreamedCall extends ApiCall implements StreamingSink {

  private static final int MAX_METADATA_BYTES = 16 * 1024;

  private final Supplier<Pacer> pacers;
  private final IoTasks tasks;

  // All on the I/O thread.
  private final ResponsePrelude prelude = new ResponsePrelude(MAX_METADATA_BYTES);
  private boolean headKnown;
  private @Nullable StreamedAnswer answer;

  StreamedCall(
      CallContext context, GatewayFunction function, ApiRequest request, ApiAnswers answers) {
    super(context, function, request, answers);
    this.pacers = context.pacers();
    this.tasks = new IoTasks(answers.exchange());
  }

  @Override
  void onIoThread(Runnable task) {
    tasks.run(task);
  }

  @Override
  long maxResponseBytes() {
    return Invocation.UNLIMITED;
  }

  @Override
  boolean hasBegun() {
    return answer != null;
  }

  @Override
  public void begin(ResponseHead head, ResponseSource source) {}

  @Override
  public void write(Payload bytes) {
    onIoThread(() -> take(bytes));
  }

  private void take(Payload bytes) {
    Payload body = bytes;
    if (!headKnown && !isAnswered()) {
      ByteBuffer rest = bytes.buffers().getFirst();
      try {
        byte[] metadata = prelude.accept(rest);
        if (metadata != null) {
          headKnown = true;
          open(RestResult.headOf(metadata));
        }
      } catch (ResponsePrelude.MalformedException e) {
        refuse(RestResult.malformed(String.valueOf(e.getMessage())));
      } catch (MalformedResultException e) {
        refuse(e);
      }
      body = new PayloadTail(bytes, rest);
    }
    StreamedAnswer opened = answer;
    if (opened == null || isAnswered() || body.size() == 0) {
      body.release();
    } else {
      opened.write(body);
    }
  }

  private void refuse(MalformedResultException fault) {
    setAnswered();
    malformed(fault);
  }

  private void open(ApiResponse head) {
    if (!answers.allowsBody(head.status())) {
      setAnswered();
      answers.send(head);
      return;
    }
    answers.putHead(head);
    answer =
        new StreamedAnswer(
            answers.exchange(),
            pacers.get(),
            StreamedAnswer.Framing.NONE,
            Invocation.UNLIMITED,
            Answers.IGNORE);
  }

  @Override
  void streamed(Outcome.Streamed outcome) {
    StreamedAnswer opened = answer;
    if (opened == null) {
      malformed(RestResult.malformed(ResponsePrelude.unfinished()));
    } else if (outcome.end() == ResponseEnd.COMPLETE
        && (outcome.errorType() == null || outcome.errorType().isEmpty())) {
      opened.end(ByteBuffer.allocate(0), new HeaderMap());
    } else {
      opened.cut();
    }
  }

  @Override
  void returned(Payload payload) {
    payload.release();
    throw new IllegalStateException("A stream was asked for");
  }

  @Override
  void cut() {
    StreamedAnswer opened = answer;
    if (opened != null) {
      opened.cut();
    }
  }
}
