package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** Greets whom the event names. */
public final class Handler implements RequestHandler<Map<String, Object>, Map<String, Object>> {

  @Override
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    Object name = event.getOrDefault("name", "stranger");
    if (!(name instanceof String)) {
      throw new IllegalArgumentException("name is not a string");
    }
    context.getLogger().log("greeting " + name + " for " + context.getAwsRequestId() + "\n");
    return Map.of("message", "Hello, " + name + "!");
  }
}
