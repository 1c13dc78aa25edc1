package client;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** A handler that does what its event says; RuntimeClientTest lists what there is. */
public final class Handler implements RequestHandler<Map<String, Object>, Object> {

  /** Fails if the test wants it, and announces its end. */
  public Handler() {
    if (System.getenv("FAIL_INIT") != null) {
      throw new IllegalStateException("no luck at init");
    }
    String file = System.getenv("TERM_FILE");
    if (file != null) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> write(file, "terminated")));
    }
  }

  private static void write(String file, String text) {
    try {
      Files.writeString(Path.of(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Object handleRequest(Map<String, Object> event, Context context) {
    return switch ((String) event.get("do")) {
      case "echo" -> event.get("value");
      case "fail" -> throw new IllegalArgumentException((String) event.get("message"));
      case "context" -> describe(context);
      default -> act(event, context);
    };
  }

  private static Map<String, Object> describe(Context context) {
    return Map.of(
        "requestId", context.getAwsRequestId(),
        "functionName", context.getFunctionName(),
        "functionVersion", context.getFunctionVersion(),
        "functionArn", context.getInvokedFunctionArn(),
        "memory", context.getMemoryLimitInMB(),
        "remaining", context.getRemainingTimeInMillis());
  }

  private static Object act(Map<String, Object> event, Context context) {
    switch ((String) event.get("do")) {
      case "exit" -> System.exit(number(event, "status"));
      case "wait" -> sleep(number(event, "seconds"));
      case "log" -> {
        for (int i = 0; i < number(event, "pairs"); i++) {
          System.out.println("printed " + i);
          context.getLogger().log("logged " + i + "\n");
        }
      }
      case "lines" -> context.getLogger().log("one\ntwo\nthree");
      case "count" -> write((String) event.get("file"), "x");
      default -> throw new IllegalArgumentException("unknown: " + event);
    }
    return null;
  }

  private static int number(Map<String, Object> event, String name) {
    return ((Number) event.get(name)).intValue();
  }

  private static void sleep(int seconds) {
    try {
      Thread.sleep(seconds * 1000L);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
