package client;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.QueueOutput;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.util.Optional;

/** Functions for a worker that does not find functions. */
public final class Functions {

  /** Says what it got. */
  @FunctionName("greet")
  public HttpResponseMessage greet(
      @HttpTrigger(
              name = "request",
              methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT},
              route = "greet/{name}")
          HttpRequestMessage<Optional<String>> request,
      @BindingName("name") String name,
      ExecutionContext context) {
    context.getLogger().info("greets");
    context.getLogger().warning("warns");
    context.getLogger().severe("complains");
    String text =
        request.getHttpMethod()
            + " "
            + request.getUri()
            + " name="
            + name
            + " x="
            + request.getQueryParameters().getOrDefault("x", "-")
            + " in="
            + request.getHeaders().getOrDefault("x-in", "-")
            + " body="
            + request.getBody().orElse("");
    return request
        .createResponseBuilder(HttpStatus.CREATED)
        .header("X-Out", "v")
        .body(text)
        .build();
  }

  @FunctionName("fails")
  public HttpResponseMessage fails(
      @HttpTrigger(name = "request") HttpRequestMessage<Optional<String>> request) {
    throw new IllegalStateException(request.getBody().orElse(""));
  }

  /** Answers after the milliseconds of its body. */
  @FunctionName("sleeps")
  public HttpResponseMessage sleeps(
      @HttpTrigger(name = "request") HttpRequestMessage<Optional<String>> request)
      throws InterruptedException {
    String text = request.getBody().orElse("0");
    Thread.sleep(Long.parseLong(text));
    return request.createResponseBuilder(HttpStatus.OK).body(text).build();
  }

  /** Returns the body that it got. */
  @FunctionName("repeats")
  public HttpResponseMessage repeats(
      @HttpTrigger(name = "request", dataType = "binary")
          HttpRequestMessage<Optional<byte[]>> request) {
    byte[] body = request.getBody().orElse(new byte[0]);
    return request.createResponseBuilder(HttpStatus.OK).body(body).build();
  }

  @FunctionName("queued")
  @QueueOutput(name = "$return", queueName = "out", connection = "")
  public String queued(
      @QueueTrigger(name = "message", queueName = "in", connection = "") String message,
      @BindingName("DequeueCount") String count,
      @BindingName("Id") String id) {
    return message + " times=" + count + " id=" + id;
  }

  @FunctionName("timed")
  @QueueOutput(name = "$return", queueName = "out", connection = "")
  public String timed(@TimerTrigger(name = "timer", schedule = "0 */5 * * * *") String timer) {
    return "past due=" + timer.replaceAll("\\s", "").contains("\"IsPastDue\":true");
  }
}
