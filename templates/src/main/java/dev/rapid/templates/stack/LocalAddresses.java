package dev.rapid.templates.stack;

/**
 * Where the local front ends are.
 *
 * @param api the endpoint of APIs, for example {@code http://127.0.0.1:3000}
 * @param callers the endpoint of the Invoke API and of function URLs
 */
public record LocalAddresses(String api, String callers) {

  /** Returns the URL of a function, with a slash at its end. */
  String functionUrl(String function) {
    return callers + "/lambda-url/" + function + "/";
  }
}
