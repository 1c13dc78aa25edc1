package dev.rapid.conformance.fn;

import dev.rapid.conformance.ClientProject;
import java.util.List;

/** Fn's FDK for Java. */
final class JavaFdkTest extends FdkTest {

  @Override
  ClientProject prepare() {
    return ClientProject.of("fn-java", "mvn").install("mvn", "-q", "-B", "-ntp", "package");
  }

  @Override
  List<String> command(ClientProject project) {
    return start(project, "client.Functions::plain");
  }

  @Override
  List<String> gatewayCommand(ClientProject project) {
    return start(project, "client.Functions::gateway");
  }

  private static List<String> start(ClientProject project, String method) {
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-Dcom.fnproject.java.native.libdir="
            + project.path(
                "target/native/META-INF/com.fnproject.fn/runtime/native/" + architecture),
        "-cp",
        project.path("target/classes") + ":" + project.path("target/lib/*"),
        "com.fnproject.fn.runtime.EntryPoint",
        method);
  }

  @Override
  String version() {
    return "fdk-java/1.0.188";
  }
}
