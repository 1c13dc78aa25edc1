package client;

import com.fnproject.fn.api.InvocationContext;
import com.fnproject.fn.api.httpgateway.HTTPGatewayContext;

/** Functions that do what the body says; FdkTest lists what there is. */
public final class Functions {

  /** Answers a plain call. */
  public String plain(InvocationContext context, String body) {
    String[] words = body.split(" ", 2);
    switch (words[0]) {
      case "fail":
        throw new IllegalArgumentException("no luck");
      case "exit":
        Runtime.getRuntime().halt(Integer.parseInt(words[1]));
        return "";
      case "print":
        System.out.println(words[1]);
        return "printed";
      case "pid":
        return String.valueOf(ProcessHandle.current().pid());
      case "repeat":
        return "x".repeat(Integer.parseInt(words[1]));
      default:
        context.addResponseHeader("My-Header", "a");
        return "Hello, " + body + "!";
    }
  }

  /** Answers a call over HTTP. */
  public String gateway(HTTPGatewayContext http, String body) {
    http.setStatusCode(418);
    http.setResponseHeader("X-Tea", "pot");
    String in = http.getHeaders().get("X-In").orElse("-");
    return http.getMethod() + " " + http.getRequestURL() + " " + in + " " + body;
  }
}
