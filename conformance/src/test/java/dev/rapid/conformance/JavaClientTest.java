package dev.rapid.conformance;

import java.util.List;

/** AWS's runtime client for Java. */
final class JavaClientTest extends RuntimeClientTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("java", "mvn").install("mvn", "-q", "-B", "-ntp", "package");
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    String java = System.getProperty("java.home") + "/bin/java";
    return List.of(
        java,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--add-opens=java.base/java.io=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        project.path("target/classes") + ":" + project.path("target/lib/*"),
        "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
        handler);
  }

  @Override
  String handler() {
    return "client.Handler::handleRequest";
  }

  @Override
  String initErrorType() {
    return "java.lang.IllegalStateException";
  }

  @Override
  boolean hasSeveralWorkers() {
    return true;
  }

  @Override
  String handlerErrorType() {
    return "java.lang.IllegalArgumentException";
  }
}
