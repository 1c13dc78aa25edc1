// A function that does what the body says; FdkTest lists what there is.

const fdk = require("@fnproject/fdk");

fdk.handle(
  (body, context) => {
    if (context.getHeader("Fn-Intent") === "httprequest") {
      const http = context.httpGateway;
      http.statusCode = 418;
      http.setResponseHeader("X-Tea", "pot");
      context.responseContentType = "text/plain";
      return `${http.method} ${http.requestURL} ${http.getHeader("X-In")} ${body}`;
    }
    const [verb, word] = String(body).split(" ", 2);
    context.responseContentType = "text/plain";
    switch (verb) {
      case "fail":
        throw new Error("no luck");
      case "exit":
        process.exit(Number(word));
      case "print":
        console.log(word);
        return "printed";
      case "pid":
        return String(process.pid);
      case "repeat":
        return "x".repeat(Number(word));
      default:
        context.setResponseHeader("My-Header", "a");
        return `Hello, ${body}!`;
    }
  },
  { inputMode: "string", outputMode: "string" },
);
