package helloworld;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers GET /hello with a greeting, and POST /hello with a greeting of whom it was sent. */
public final class App implements RequestHandler<Map<String, Object>, Map<String, Object>> {

  private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*)\"");

  @Override
  public Map<String, Object> handleRequest(Map<String, Object> request, Context context) {
    String name = "world";
    if ("POST".equals(request.get("httpMethod"))) {
      Matcher body = NAME.matcher(String.valueOf(request.get("body")));
      name = body.find() ? body.group(1) : "stranger";
    }
    return Map.of(
        "statusCode",
        200,
        "headers",
        Map.of("Content-Type", "application/json"),
        "body",
        "{\"message\": \"Hello, " + name + "!\"}");
  }
}
